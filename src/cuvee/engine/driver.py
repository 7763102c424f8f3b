"""The driver: the one loop that carries out what the scheduler says.

It looks calls up, hands orders to the executor, takes outcomes, and keeps the journal. What to
do next is the scheduler's to say, whether a call has to run the rebuilder's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from cuvee.engine.elsewhere import Elsewhere
from cuvee.engine.endings import Endings
from cuvee.engine.frontier import PART, Frontier
from cuvee.engine.journal import Journal
from cuvee.engine.known import Known
from cuvee.engine.lookup import Decided, Lookup
from cuvee.engine.meetings import Meetings
from cuvee.engine.orders import Orders
from cuvee.engine.payloads import CannotNarrow, CannotWalk, Explode, Narrow, Payloads
from cuvee.engine.performing import Performing
from cuvee.engine.records import entry_of, executed_record
from cuvee.engine.repairs import MOST, Repairs
from cuvee.engine.scheduler import Expand, Instruction, Look, Scheduler, Skip
from cuvee.engine.turns import Turns
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.decision import Reuse
from cuvee.model.entry import Observation
from cuvee.model.event import Warned
from cuvee.model.graph import STRIDE, Argument, Call, Fan, Narrowed, Node, refs_of
from cuvee.model.key import Key
from cuvee.model.order import Outcome, Payload
from cuvee.model.record import CallStatus

if TYPE_CHECKING:
    from cuvee.engine.fitting import Fit, Fitting
    from cuvee.ports.beginnings import Beginnings
    from cuvee.ports.clock import Clock
    from cuvee.ports.executor import Executor
    from cuvee.ports.observer import Observer

T = TypeVar("T")


def _fitting(payloads: Payloads, fit: Fit) -> Fitting:
    from cuvee.engine.fitting import Fitting  # most runs are of today's code alone

    return Fitting(payloads.lower, fit)


class Cancelled(BaseException):
    """The person asked to stop. Not an Exception: a pipeline's own `except` must not keep it."""


class Stopped(BaseException):
    """A call failed, and the run is to stop at that."""


class Driver:
    """Runs one graph, which may grow while it runs.

    `explode` gives the items of a stored list, `narrow` columns of a stored frame; `scratch` a folder
    for a call; `boot` is what new entries carry while their blobs are not known to survive a power loss.
    `observed` takes all that its calls ask of the world. `observe` is told of each call that begins if
    `tell_calls`. `fit` is there where calls work with several versions of one class.
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
        beginnings: Beginnings,
        fail_fast: bool,
        fit: Fit | None = None,
        *,
        tell_calls: bool = True,
    ) -> None:
        self.scheduler = Scheduler()
        self.payloads = Payloads(self.scheduler, explode, narrow)
        self.failed = False
        self._fitting = None if fit is None else _fitting(self.payloads, fit)
        self._run = run
        self._lookup = lookup
        self._journal = journal
        self._clock = clock
        self._observe = observe
        self._boot = boot
        self._cancelled = cancelled
        self._observed = observed
        self._elsewhere = elsewhere
        self._fail_fast = fail_fast
        self._frontier = Frontier()
        self._fans: deque[Fan] = deque()
        self._turns = Turns(lookup.writes_of)
        self._meetings = Meetings(self.scheduler.follows)
        self._repairs = Repairs(self.scheduler, observe, self._take_back)
        self._known = Known(lookup.seconds)
        self._endings = Endings(run, journal, clock, self._turns.unfinished, self._frontier)
        orders = Orders(lookup, self.payloads.lower, scratch, self._fitting)
        self._performing = Performing(
            lookup,
            orders,
            elsewhere,
            beginnings,
            executor,
            journal,
            clock,
            observe,
            self._look_again,
            self.scheduler.releases,
            tell_calls,
        )

    @property
    def saved(self) -> float:
        """The seconds that results on record have spared."""
        return self._endings.saved

    # What operations ask for.

    def add(self, nodes: Iterable[Node]) -> None:
        """The graph has grown by these, checked, in the order of tracing."""
        nodes = tuple(nodes)
        self._grow(self.scheduler.add(nodes), nodes)

    def reused(self, nodes: Sequence[Node], saved: float, results: Mapping[int, Artifact]) -> None:
        """The whole graph is these calls, and all are on record as reused, which saved so many seconds. Of
        those in `results` the result is asked for."""
        self._observe(self._known.grown(nodes))
        self._endings.saved += saved
        for call in (nodes[node // STRIDE] for node in results):
            assert type(call) is Call
            self.scheduler.settle(call, results[call.id])

    def run_until(self, nodes: tuple[int, ...] | None = None) -> None:
        """Run until these nodes have come to an end; None: all of them.

        Raises Cancelled when asked to stop; RecordsFault or StoreFault when the world failed.
        """
        step, scheduler = self._step, self.scheduler
        while not (scheduler.open == 0 if nodes is None else scheduler.settled(nodes)):
            step()
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
        self._endings.give_up(status, why, never_added)

    # The loop.

    def _step(self) -> None:
        """Find out what has to run; then have a call begin, and wait once there is room for no more."""
        if self._cancelled():
            raise Cancelled
        if self._finds_out_more():
            self._journal.commit_if_due()
            return
        if self._performing.room:
            self._performing.begin()
            if self._performing.room or (self._frontier and len(self._performing.ready) < PART):
                return
        self._wait()

    def _finds_out_more(self) -> bool:
        """Look calls up, or have a fan become calls; whether that should go on before any call begins."""
        if (self._frontier and len(self._performing.ready) < PART) or self._frontier.release():
            self._look()
            return bool(self._frontier or self._fans)
        if self._fans:
            self._expand(self._fans.popleft())
            return True
        return False

    def _grow(self, instructions: Iterable[Instruction], nodes: Sequence[Node]) -> None:
        """The graph has grown by these nodes, and this is what is to be done now."""
        self._turns.add(nodes)
        self._performing.ready.know(nodes)
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
                self._endings.skipped(instruction.node, instruction.because)

    def _look_again(self, call: Call) -> None:
        self._lookup.look_anew()
        self._frontier.add(call)

    def _look(self) -> None:
        """Look the next calls up, and follow what is decided."""
        self._journal.look_up(self._decide)

    def _decide(self) -> None:
        calls = [call for call in self._frontier.take() if self._takes(call)]
        fitting, path = self._fitting, self.scheduler.path
        if fitting is None:
            decisions = self._lookup.decide(calls, self.payloads.lower, path)
        else:
            calls = [fitted for call in calls for fitted in self._fitted(call, fitting)]
            decisions = fitting.decide(calls, self._lookup, path)
        for news in self._lookup.news(calls):
            self._journal.note_ledger(*news)
        now = self._clock.now()
        for decided in decisions:
            if decided.new:  # as nearly all are that have to run
                self._performing.ready.add(decided)
            else:
                self._follow_decision(decided, now)

    def _fitted(self, call: Call, fitting: Fitting) -> list[Call]:
        """The call as its classes make it; none where they do not say how, or an input is made again."""
        try:
            return [fitting.call(call)]
        except CannotDecode as error:
            self._cannot_have(call, "OtherVersion", str(error))
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
            self._performing.ready.add(decided)

    def _takes(self, call: Call) -> bool:
        """Have a call take what it is given, and say whether it is to be decided: not where its result is
        supplied, nor where the frames that it takes columns of don't have these. Then that is seen to."""
        if call.supplied is not None:
            self._endings.given(call, call.supplied)
            self._follow(self.scheduler.succeeded(call.id, call.supplied.artifact))
            return False
        try:
            for _, argument in call.arguments:
                if type(argument) is Narrowed:
                    self.payloads.lower(argument)
        except CannotNarrow as error:
            self._cannot_have(call, "KeyError", str(error))
        except DamagedBlob as error:
            if not self._make_again(call.id, [error.digest], [str(error)]):
                raise
        else:
            return True
        return False

    def _reuse(self, call: Call, key: Key, decision: Reuse, now: float) -> None:
        if decision.entry.observed:
            self._observed.update(dict.fromkeys(decision.entry.observed))
            self._meetings.reused(call, decision.entry.observed, now)
        self._endings.reused(call, key, decision, now)
        instructions = self.scheduler.succeeded(call.id, decision.entry.artifact)
        if instructions:
            self._follow(instructions)

    def _wait(self) -> None:
        for outcome in self._performing.wait():
            self._take(outcome)
        self._journal.commit_if_due()
        self._performing.time_has_passed()

    def _take(self, outcome: Outcome) -> None:
        work = self._performing.came(outcome)
        if work is None or (outcome.status != "succeeded" and self._comes_again(work, outcome)):
            return
        call = work.call
        self._performing.ended(work, outcome)
        self._lookup.forget_files()
        doubts = outcome.doubts if call.task.caching.vouched else outcome.doubts + outcome.outside
        late = self._lookup.keys.imported(call.task, outcome.imported) if outcome.imported else ()
        entry = entry_of(work, outcome, doubts, late, self._run, self._clock.now(), self._boot)
        if entry is not None and work.expired:
            self._journal.note_dropped(work.expired)
        if outcome.observed:
            self._note_files(call, outcome)
        if outcome.profiles:
            self._journal.note_profiles(outcome.profiles)
        record = executed_record(work, outcome, doubts, *self._performing.attempts.earlier(call.id))
        self._endings.recorded(record, entry)
        if outcome.artifact is not None and record.status == "succeeded":
            instructions = self.scheduler.succeeded(call.id, outcome.artifact)
            if instructions:
                self._follow(instructions)
        else:
            self._fail(call.id)

    def _comes_again(self, work: Decided, outcome: Outcome) -> bool:
        """Whether a call that did not succeed is not at its end: it waits for what it reads, or to be tried
        again. Raises Cancelled."""
        if outcome.status == "damaged" and self._make_again(work.call.id, outcome.damaged, outcome.damage):
            return True
        if outcome.status == "cancelled":
            raise Cancelled
        return self._performing.comes_again(work, outcome)

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

    def _take_back(self, call: Call) -> None:
        """The call's result was damaged: if it was there, it has saved nothing."""
        self._journal.commit()
        self._endings.saved -= self._lookup.saved_by(self._run, call)

    def _expand(self, fan: Fan) -> None:
        try:
            calls = self.payloads.expand(fan)
        except DamagedBlob as error:
            if not self._make_again(fan.id, [error.digest], [str(error)]):
                raise
            return
        except CannotWalk as error:
            self._cannot_have(fan, "ValueError", str(error))
            return
        self._turns.ended(fan.id)
        self._grow(self.scheduler.expanded(fan.id, calls), calls)

    def _cannot_have(self, node: Node, kind: str, message: str) -> None:
        """What the node takes cannot be had."""
        self._endings.failed(node, kind, message)
        self._fail(node.id)

    def _fail(self, node: int) -> None:
        self.failed = True
        self._follow(self.scheduler.failed(node))
        if self._fail_fast:
            raise Stopped
