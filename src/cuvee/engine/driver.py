"""The driver: the one loop that carries out what the scheduler says.

It looks calls up, hands orders to the executor, takes outcomes, and keeps the journal. What to
do next is the scheduler's to say, whether a call has to run the rebuilder's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from cuvee.engine.attempts import Attempts
from cuvee.engine.elsewhere import Elsewhere
from cuvee.engine.fitting import Fit, Fitting
from cuvee.engine.frontier import PART, Frontier
from cuvee.engine.journal import WORK_AT_RISK, Journal
from cuvee.engine.known import Known
from cuvee.engine.lookup import Decided, Lookup
from cuvee.engine.meetings import Meetings
from cuvee.engine.orders import Orders
from cuvee.engine.payloads import CannotNarrow, CannotWalk, Explode, Narrow, Payloads
from cuvee.engine.ready import Ready
from cuvee.engine.records import entry_of, executed_record, given_record, node_record, reused_record
from cuvee.engine.repairs import MOST, Repairs
from cuvee.engine.scheduler import Expand, Instruction, Look, Scheduler, Skip
from cuvee.engine.turns import Turns
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.decision import Reason, ReasonCode, Reuse
from cuvee.model.entry import Entry, Observation
from cuvee.model.event import CallBegan, Warned
from cuvee.model.graph import Argument, Call, Fan, Narrowed, Node, Supplied, refs_of
from cuvee.model.key import Key
from cuvee.model.order import Failure, Outcome, Payload
from cuvee.model.record import CallRecord, CallStatus
from cuvee.ports.clock import Clock
from cuvee.ports.executor import Executor
from cuvee.ports.observer import Observer

# While only time has to pass, a request to stop is looked for as often as this.
_NAP = 0.05

T = TypeVar("T")


class Cancelled(BaseException):
    """The person asked to stop. Not an Exception: a pipeline's own `except` must not keep it."""


class Stopped(BaseException):
    """A call failed, and the run is to stop at that."""


class Driver:
    """Runs one graph, which may grow while it runs.

    `explode` gives the items of a stored list, `narrow` columns of a stored frame; `scratch` a folder
    for a call; `boot` is what new entries carry while their blobs are not known to survive a power loss.
    `observed` takes all that its calls ask of the world. `fit` is there where calls work with several
    versions of one class.
    """

    def __init__(
        self,
        run: int,
        lookup: Lookup,
        journal: Journal,
        executor: Executor,
        clock: Clock,
        observe: Observer,
        explode: Explode,
        narrow: Narrow,
        scratch: str,
        boot: str,
        cancelled: Callable[[], bool],
        observed: dict[Observation, None],
        elsewhere: Elsewhere,
        fail_fast: bool,
        fit: Fit | None = None,
    ) -> None:
        self.scheduler = Scheduler()
        self.payloads = Payloads(self.scheduler, explode, narrow)
        self._fitting = None if fit is None else Fitting(self.payloads.lower, fit)
        self.saved = 0.0
        self.failed = False
        self._run = run
        self._lookup = lookup
        self._journal = journal
        self._executor = executor
        self._clock = clock
        self._observe = observe
        self._boot = boot
        self._cancelled = cancelled
        self._observed = observed
        self._elsewhere = elsewhere
        self._fail_fast = fail_fast
        self._frontier = Frontier()
        self._fans: deque[Fan] = deque()
        self._work = Ready(lookup.seconds)
        self._under_way: dict[int, Decided] = {}
        self._attempts = Attempts()
        self._waiting: dict[int, Decided] = {}
        self._turns = Turns(lookup.writes_of)
        self._unfinished = self._turns.unfinished
        self._meetings = Meetings(self.scheduler.follows)
        self._orders = Orders(lookup, self.payloads.lower, scratch, self._fitting)
        self._repairs = Repairs(self.scheduler, observe)
        self._known = Known(lookup.seconds)

    # What operations ask for.

    def add(self, nodes: Iterable[Node]) -> None:
        """The graph has grown by these, checked, in the order of tracing."""
        nodes = tuple(nodes)
        self._grow(self.scheduler.add(nodes), nodes)

    def run_until(self, nodes: tuple[int, ...] | None = None) -> None:
        """Run until these nodes have come to an end; None: all of them.

        Raises Cancelled when asked to stop; RecordsFault or StoreFault when the world failed.
        """
        while not (self.scheduler.open == 0 if nodes is None else self.scheduler.settled(nodes)):
            self._step()
        self._journal.commit()

    def value(self, argument: Argument, load: Callable[[Payload], T]) -> T:
        """What `load` makes of an argument whose calls are done; damaged results are made again."""
        nodes = tuple(dict.fromkeys(ref.node for ref in refs_of(argument)))
        for _ in range(MOST):
            try:
                return load(self.payloads.lower(argument))
            except DamagedBlob as error:
                instructions = self._repairs.results(nodes, error.digest, str(error))
                if instructions is None:
                    raise
                self._follow(instructions)
                self.run_until(nodes)
        return load(self.payloads.lower(argument))

    def give_up(self, status: CallStatus, why: str, never_added: Iterable[Node] = ()) -> None:
        """Record what has not come to an end as ended like this, nodes that were only traced too."""
        self._unfinished.add(never_added)
        for node in self._unfinished:
            self._journal.note_call(self._record(node, status, reason=Reason(ReasonCode.UPSTREAM, why)))
        self._unfinished.clear()
        self._journal.commit()

    # The loop.

    def _step(self) -> None:
        if self._cancelled():
            raise Cancelled
        if (self._frontier and len(self._work) < PART) or self._frontier.release():
            self._look()
        elif self._fans:
            self._expand(self._fans.popleft())
        elif self._work and self._executor.room:
            self._begin(self._work.next(side_by_side=self._executor.side_by_side))
        else:
            self._wait()

    def _grow(self, instructions: Iterable[Instruction], nodes: Sequence[Node]) -> None:
        """The graph has grown by these nodes, and this is what is to be done now."""
        self._unfinished.add(nodes)
        self._work.know(nodes)
        self._meetings.add(nodes)
        if nodes:
            self._observe(self._known.grown(nodes))
        self._follow(instructions)

    def _follow(self, instructions: Iterable[Instruction]) -> None:
        for instruction in instructions:
            if type(instruction) is Look:  # as nearly all are
                self._frontier.add(instruction.call)
            elif isinstance(instruction, Expand):
                self._fans.append(instruction.fan)
            elif isinstance(instruction, Skip):
                self._skip(instruction.node, instruction.because)

    def _look(self) -> None:
        """Look the next calls up, and follow what is decided."""
        self._journal.look_up(self._decide)
        self._journal.commit_if_due()

    def _decide(self) -> None:
        calls = [call for call in self._frontier.take() if self._takes(call)]
        fitting, path = self._fitting, self.scheduler.path
        if fitting is None:
            decisions = self._lookup.decide(calls, self.payloads.lower, path)
        else:
            calls = [fitted for call in calls for fitted in self._fitted(call, fitting)]
            decisions = [
                each for call in calls for each in self._lookup.decide([call], fitting.lower(call.task), path)
            ]
        for news in self._lookup.news(calls):
            self._journal.note_ledger(*news)
        now = self._clock.now()
        for decided in decisions:
            self._follow_decision(decided, now)

    def _fitted(self, call: Call, fitting: Fitting) -> list[Call]:
        """The call as its classes make it; none where they do not say how, or an input is made again."""
        try:
            return [fitting.call(call)]
        except CannotDecode as error:
            self._fail_node(call, "OtherVersion", str(error))
        except DamagedBlob as error:
            if not self._make_again(call.id, [error.digest], [str(error)]):
                raise
        return []

    def _follow_decision(self, decided: Decided, now: float) -> None:
        if decided.asked and self._turns.waits(decided):
            self._frontier.hold(decided.call)
            return
        if decided.damaged:
            self._journal.note_dropped(decided.damaged)
        if isinstance(decided.decision, Reuse):
            self._elsewhere.ended(decided)
            self._reuse(decided.call, decided.key, decided.decision, now)
        else:
            self._work.add(decided)

    def _takes(self, call: Call) -> bool:
        """Have a call take what it is given, and say whether it is to be decided: not where its result is
        supplied, nor where the frames that it takes columns of don't have these. Then that is seen to."""
        if call.supplied is not None:
            self._give(call, call.supplied)
            return False
        try:
            for _, argument in call.arguments:
                if type(argument) is Narrowed:
                    self.payloads.lower(argument)
        except CannotNarrow as error:
            self._fail_node(call, "KeyError", str(error))
        except DamagedBlob as error:
            if not self._make_again(call.id, [error.digest], [str(error)]):
                raise
        else:
            return True
        return False

    def _reuse(self, call: Call, key: Key, decision: Reuse, now: float) -> None:
        self.saved += decision.entry.seconds
        if decision.entry.observed:
            self._observed.update(dict.fromkeys(decision.entry.observed))
            self._meetings.reused(call, decision.entry.observed, now)
        self._end(reused_record(call, key, decision, now), None)
        instructions = self.scheduler.succeeded(call.id, decision.entry.artifact)
        if instructions:
            self._follow(instructions)

    def _give(self, call: Call, supplied: Supplied) -> None:
        self.saved += supplied.seconds
        self._end(given_record(call, supplied, self._clock.now()), None)
        self._follow(self.scheduler.succeeded(call.id, supplied.artifact))

    def _begin(self, work: Decided) -> None:
        call = work.call
        expected = self._orders.expected(call)
        if self._elsewhere.claims(work, expected) and not self._claim(work):
            return
        if expected is None or expected >= WORK_AT_RISK:
            # It may take long: what is done by now is acknowledged first.
            self._journal.commit()
        self._under_way[call.id] = work
        self._executor.submit(self._orders.order(work, expected), more=len(self._work))
        beside = self._executor.side_by_side
        self._observe(CallBegan(call.path, work.decision.reason.text, expected, beside))

    def _claim(self, work: Decided) -> bool:
        """Whether the call is to begin now: no other run computes it, nor has done so meanwhile."""
        if self._elsewhere.holds(work):
            return True
        if not self._elsewhere.take(work, self._clock.elapsed()):
            text = f"{work.call.path} is being computed by another run; its result is waited for"
            self._observe(Warned(text))
            return False
        if self._lookup.on_record(work.key):
            self._frontier.add(work.call)
            return False
        return True

    def _wait(self) -> None:
        """Take what comes. What is done is acknowledged before long, also while nothing comes."""
        if not self._waiting and not self._elsewhere:  # as nearly always
            self._take_all(self._executor.wait(self._journal.patience()))
            return
        now = self._clock.elapsed()
        naps = [self._attempts.patience(now), self._elsewhere.patience(now)]
        if self._under_way:
            self._take_all(self._executor.wait(_least(*naps, self._journal.patience())))
        elif (nap := _least(*naps)) is not None:
            self._journal.commit()
            self._clock.sleep(min(nap, _NAP))
        now = self._clock.elapsed()
        for call in self._attempts.due(now):
            self._work.add(self._waiting.pop(call))
        for work in self._elsewhere.due(now):
            self._frontier.add(work.call)

    def _take_all(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self._take(outcome)
        self._journal.commit_if_due()

    def _take(self, outcome: Outcome) -> None:
        work = self._under_way.pop(outcome.call, None)
        if work is None or (outcome.status != "succeeded" and self._comes_again(work, outcome)):
            return
        call = work.call
        self._orders.took(call, outcome.seconds)
        self._elsewhere.ended(work)
        self._lookup.forget_files()
        doubts = outcome.doubts if call.task.caching.vouched else outcome.doubts + outcome.outside
        late = self._lookup.keys.imported(call.task, outcome.imported)
        entry = entry_of(work, outcome, doubts, late, self._run, self._clock.now(), self._boot)
        if entry is not None and work.expired:
            self._journal.note_dropped(work.expired)
        if outcome.observed:
            self._note_files(call, outcome)
        if outcome.profiles:
            self._journal.note_profiles(outcome.profiles)
        record = executed_record(work, outcome, doubts, *self._attempts.earlier(call.id))
        self._end(record, entry)
        if outcome.artifact is not None and record.status == "succeeded":
            self._follow(self.scheduler.succeeded(call.id, outcome.artifact))
        else:
            self._fail(call.id)

    def _comes_again(self, work: Decided, outcome: Outcome) -> bool:
        """Whether a call that did not succeed is not at its end: it waits for what it reads, or to be tried
        again. Raises Cancelled."""
        if outcome.status == "damaged" and self._make_again(work.call.id, outcome.damaged, outcome.damage):
            return True
        if outcome.status == "cancelled":
            raise Cancelled
        again = self._attempts.again(work.call.task.policy, outcome, work.key.digest, self._clock.elapsed())
        if again:
            self._waiting[work.call.id] = work
            told = self._attempts.told(work.call.path, work.call.task.policy, outcome, work.key.digest)
            self._observe(told)
        return again

    def _note_files(self, call: Call, outcome: Outcome) -> None:
        """Tell of files on which calls meet that nothing puts in order."""
        self._observed.update(dict.fromkeys(outcome.observed))
        for text in self._meetings.ran(call, outcome.observed, outcome.started, outcome.seconds):
            self._observe(Warned(text))

    def _make_again(self, node: int, digests: Iterable[bytes], said: Iterable[str]) -> bool:
        """Have the damaged inputs of a node made again; False when that can't be, or didn't help."""
        instructions = self._repairs.inputs(node, digests, said)
        if instructions is None:
            return False
        self._follow(instructions)
        return True

    def _skip(self, node: Node, because: str) -> None:
        reason = Reason(ReasonCode.UPSTREAM, f"{because} did not succeed")
        self._end(self._record(node, "skipped", reason=reason), None)

    def _expand(self, fan: Fan) -> None:
        try:
            calls = self.payloads.expand(fan)
        except DamagedBlob as error:
            if not self._make_again(fan.id, [error.digest], [str(error)]):
                raise
            return
        except CannotWalk as error:
            self._fail_node(fan, "ValueError", str(error))
            return
        self._unfinished.ended(fan.id)
        self._grow(self.scheduler.expanded(fan.id, calls), calls)
        self._journal.commit_if_due()

    # How.

    def _fail_node(self, node: Node, kind: str, message: str) -> None:
        """A node whose arguments cannot be had."""
        failure = Failure(kind, message, f"{kind}: {message}\n")
        self._end(self._record(node, "failed", failure=failure), None)
        self._fail(node.id)

    def _fail(self, node: int) -> None:
        self.failed = True
        self._follow(self.scheduler.failed(node))
        if self._fail_fast:
            raise Stopped

    def _end(self, record: CallRecord, entry: Entry | None) -> None:
        self._unfinished.ended(record.position)
        self._frontier.ended()
        self._journal.note_call(record, entry)

    def _record(self, node: Node, status: CallStatus, **more: Any) -> CallRecord:
        return node_record(node, status, self._clock.now(), **more)


def _least(*seconds: float | None) -> float | None:
    return min((each for each in seconds if each is not None), default=None)
