"""The driver: the one loop that carries out what the scheduler says.

It looks calls up, hands orders to the executor, takes outcomes, and keeps the journal. What to
do next is the scheduler's to say, whether a call has to run the rebuilder's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from cuvee.engine.journal import WORK_AT_RISK, Journal
from cuvee.engine.lookup import Decided, Lookup
from cuvee.engine.payloads import CannotNarrow, CannotWalk, Explode, Narrow, Payloads
from cuvee.engine.scheduler import Expand, Instruction, Look, Scheduler, Skip
from cuvee.engine.turns import Turns
from cuvee.engine.warnings import late_text
from cuvee.errors import DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.decision import Decision, Reason, ReasonCode, Reuse
from cuvee.model.entry import Entry, Observation
from cuvee.model.event import CallBegan, CallsKnown, Warned
from cuvee.model.graph import Argument, Call, Fan, Narrowed, Node, refs_of
from cuvee.model.key import Key, seed_of
from cuvee.model.order import Failure, Outcome, Payload, WorkOrder
from cuvee.model.record import CallRecord, CallStatus
from cuvee.ports.clock import Clock
from cuvee.ports.executor import Executor
from cuvee.ports.observer import Observer

_REMAKES = 3

T = TypeVar("T")


class Cancelled(BaseException):
    """The person asked to stop. Not an Exception: a pipeline's own `except` must not keep it."""


class Driver:
    """Runs one graph, which may grow while it runs.

    `explode` gives the items of a stored list, `narrow` columns of a stored frame; `scratch` a folder
    for a call; `boot` is what new entries carry while their blobs are not known to survive a power loss.
    `observed` takes all that its calls ask of the world.
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
    ) -> None:
        self.scheduler = Scheduler()
        self.payloads = Payloads(self.scheduler, explode, narrow)
        self.saved = 0.0
        self.failed = False
        self._run = run
        self._lookup = lookup
        self._journal = journal
        self._executor = executor
        self._clock = clock
        self._observe = observe
        self._scratch = scratch
        self._boot = boot
        self._cancelled = cancelled
        self._observed = observed
        self._looks: list[Look] = []
        self._fans: deque[Fan] = deque()
        self._work: deque[Decided] = deque()
        self._under_way: dict[int, Decided] = {}
        self._remakes: dict[int, int] = {}
        self._unfinished: dict[int, Node] = {}
        self._turns = Turns(lookup.writes_of)
        self._held: list[Look] = []
        self._took: dict[str, float] = {}
        self._known = 0
        self._ended = False

    # What operations ask for.

    def add(self, nodes: Iterable[Node]) -> None:
        """The graph has grown by these, checked, in the order of tracing."""
        nodes = tuple(nodes)
        self._follow(self.scheduler.add(nodes), nodes)

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
        for _ in range(_REMAKES):
            try:
                return load(self.payloads.lower(argument))
            except DamagedBlob as error:
                instructions = self.scheduler.remake(nodes, frozenset([error.digest]))
                if instructions is None:
                    raise
                self._tell_damage([str(error)], instructions)
                self._follow(instructions)
                self.run_until(nodes)
        return load(self.payloads.lower(argument))

    def give_up(self, status: CallStatus, why: str, never_added: Iterable[Node] = ()) -> None:
        """Record what has not come to an end as ended like this, nodes that were only traced too."""
        self._unfinished.update((node.id, node) for node in never_added)
        for node in sorted(self._unfinished.values(), key=lambda node: node.id):
            self._journal.note_call(self._record(node, status, reason=Reason(ReasonCode.UPSTREAM, why)))
        self._unfinished.clear()
        self._journal.commit()

    # The loop.

    def _step(self) -> None:
        if self._cancelled():
            raise Cancelled
        if self._looks:
            self._look()
        elif self._ended and self._held:
            self._looks, self._held, self._ended = self._held, [], False
        elif self._fans:
            self._expand(self._fans.popleft())
        elif self._work and self._executor.room:
            if self._journal.due():
                self._journal.commit()
            self._begin(self._work.popleft())
        else:
            for outcome in self._executor.wait():
                self._take(outcome)

    def _follow(self, instructions: Iterable[Instruction], nodes: Iterable[Node] = ()) -> None:
        for node in nodes:
            self._unfinished[node.id] = node
            self._known += isinstance(node, Call)
        if nodes:
            self._turns.add(nodes)
            self._observe(CallsKnown(self._known))
        for instruction in instructions:
            if isinstance(instruction, Look):
                self._looks.append(instruction)
            elif isinstance(instruction, Expand):
                self._fans.append(instruction.fan)
            elif isinstance(instruction, Skip):
                self._skip(instruction.node, instruction.because)

    def _look(self) -> None:
        asked, self._looks = sorted(self._looks, key=lambda look: look.call.id), []
        looks = [look for look in asked if self._can_take(look.call)]
        calls = [look.call for look in looks]
        with self._journal.looking_up():
            decisions = self._lookup.decide(calls, self.payloads.lower, self.scheduler.path)
            for news in self._lookup.news(calls):
                self._journal.note_ledger(*news)
            for look, decided in zip(looks, decisions, strict=True):
                self._follow_decision(look, decided)

    def _follow_decision(self, look: Look, decided: Decided) -> None:
        if self._turns.waits(decided):
            self._held.append(look)
            return
        self._journal.note_dropped(decided.damaged)
        if isinstance(decided.decision, Reuse):
            self._reuse(decided.call, decided.key, decided.decision)
        else:
            self._work.append(decided)

    def _can_take(self, call: Call) -> bool:
        """Whether the frames that a call takes columns of have these; if not, what follows is on its way."""
        try:
            for _, argument in call.arguments:
                if isinstance(argument, Narrowed):
                    self.payloads.lower(argument)
        except CannotNarrow as error:
            self._fail_node(call, "KeyError", str(error))
        except DamagedBlob as error:
            if not self._make_again(call.id, [error.digest], [str(error)]):
                raise
        else:
            return True
        return False

    def _reuse(self, call: Call, key: Key, decision: Reuse) -> None:
        entry = decision.entry
        self.saved += entry.seconds
        if entry.observed:
            self._note_files(call, entry.observed, wrote=False)
        record = self._record(
            call,
            "succeeded",
            decision=decision,
            key=key,
            artifact=entry.artifact,
            saved=entry.seconds,
            metrics=entry.metrics,
            figures=entry.figures,
            made_by=(entry.run, entry.path),
        )
        self._end(record, None)
        self._follow(self.scheduler.succeeded(call.id, entry.artifact))

    def _begin(self, work: Decided) -> None:
        call = work.call
        expected = self._expected(call)
        if expected is None or expected >= WORK_AT_RISK:
            # It may take long: what is done by now is acknowledged first.
            self._journal.commit()
        self._observe(CallBegan(call.path, work.decision.reason.text, expected))
        self._under_way[call.id] = work
        self._executor.submit(self._order(work))

    def _expected(self, call: Call) -> float | None:
        """How many seconds the call should take: as it did last, else as another call of its task."""
        previous = self._lookup.previous(call)
        if previous is not None and (previous.seconds or previous.saved):
            return previous.seconds or previous.saved
        return self._took.get(call.task.name)

    def _order(self, work: Decided) -> WorkOrder:
        call = work.call
        arguments = tuple((name, self.payloads.lower(argument)) for name, argument in call.arguments)
        return WorkOrder(
            call.id,
            call.path,
            call.task.name,
            call.task.function,
            call.task.parameters,
            call.task.returns,
            call.task.elements,
            arguments,
            seed_of(work.key),
            f"{self._scratch}/{call.id:x}",
        )

    def _take(self, outcome: Outcome) -> None:
        work = self._under_way.pop(outcome.call, None)
        if work is None:
            return
        if outcome.status == "damaged" and self._make_again(work.call.id, outcome.damaged, outcome.damage):
            return
        if outcome.status == "cancelled":
            raise Cancelled
        self._took[work.call.task.name] = outcome.seconds
        self._lookup.forget_files()
        status: CallStatus = "succeeded" if outcome.status == "succeeded" else "failed"
        doubts = outcome.doubts
        if not work.call.task.caching.vouched:
            doubts += outcome.outside
        entry = self._entry(work, outcome) if status == "succeeded" and work.keep and not doubts else None
        if entry is not None:
            self._journal.note_dropped(work.expired)
        if outcome.observed:
            self._note_files(work.call, outcome.observed)
        record = self._record(
            work.call,
            status,
            decision=work.decision,
            key=work.key,
            artifact=outcome.artifact,
            started=outcome.started,
            seconds=outcome.seconds,
            metrics=outcome.metrics,
            figures=outcome.figures,
            logs=outcome.logs,
            failure=outcome.failure or _damage(outcome),
            doubts=doubts,
        )
        self._journal.note_profiles(outcome.profiles)
        self._end(record, entry)
        if outcome.artifact is not None and status == "succeeded":
            self._follow(self.scheduler.succeeded(work.call.id, outcome.artifact))
        else:
            self.failed = True
            self._follow(self.scheduler.failed(work.call.id))

    def _note_files(self, call: Call, observed: tuple[Observation, ...], *, wrote: bool = True) -> None:
        """Tell of a file that is written too late for a call that has read it."""
        self._observed.update(dict.fromkeys(observed))
        late = self._turns.told(call, observed)
        for reader, name in late if wrote else ():
            self._observe(Warned(late_text(reader, call.path, name)))

    def _make_again(self, node: int, digests: Iterable[bytes], said: Iterable[str]) -> bool:
        """Have the damaged inputs of a node made again; False when that can't be, or didn't help."""
        tried = self._remakes[node] = self._remakes.get(node, 0) + 1
        instructions = self.scheduler.damaged(node, frozenset(digests))
        if instructions is None or tried > _REMAKES:
            return False
        self._tell_damage(said, instructions)
        self._follow(instructions)
        return True

    def _tell_damage(self, said: Iterable[str], instructions: Iterable[Instruction]) -> None:
        makers = ", ".join(each.call.path for each in instructions if isinstance(each, Look))
        for text in said:
            # That it is being made again is said already where only the first of its readers was told.
            self._observe(Warned(f"{text}: {makers} runs again" if makers else text))

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
        self._unfinished.pop(fan.id, None)
        self._turns.ended(fan.id)
        self._follow(self.scheduler.expanded(fan.id, calls), calls)

    # How.

    def _fail_node(self, node: Node, kind: str, message: str) -> None:
        """A node whose arguments cannot be had."""
        self.failed = True
        failure = Failure(kind, message, f"{kind}: {message}\n")
        self._end(self._record(node, "failed", failure=failure), None)
        self._follow(self.scheduler.failed(node.id))

    def _entry(self, work: Decided, outcome: Outcome) -> Entry:
        assert outcome.artifact is not None
        return Entry(
            work.key.digest,
            work.call.task.name,
            outcome.artifact,
            outcome.seconds,
            self._clock.now(),
            self._run,
            work.call.path,
            outcome.metrics,
            outcome.figures,
            outcome.observed + _vouched(outcome) if outcome.outside else outcome.observed,
            self._boot,
        )

    def _end(self, record: CallRecord, entry: Entry | None) -> None:
        self._unfinished.pop(record.position, None)
        self._turns.ended(record.position)
        self._ended = True
        self._journal.note_call(record, entry)
        if self._journal.due():
            self._journal.commit()

    def _record(
        self,
        node: Node,
        status: CallStatus,
        *,
        decision: Decision | None = None,
        reason: Reason | None = None,
        key: Key | None = None,
        artifact: Artifact | None = None,
        started: float = 0.0,
        **more: object,
    ) -> CallRecord:
        why = decision.reason if decision is not None else reason
        return CallRecord(
            position=node.id,
            path=node.path,
            task=node.task.name,
            status=status,
            decision=None if decision is None else "reused" if isinstance(decision, Reuse) else "executed",
            reason_code=why.code.value if why else None,
            reason=why.text if why else "",
            started=started or self._clock.now(),
            key=key.digest if key else b"",
            components=key.components if key else (),
            artifact=artifact,
            outputs=node.task.elements or (),
            **{"seconds": 0.0, **more},  # type: ignore[arg-type]
        )


def _vouched(outcome: Outcome) -> tuple[Observation, ...]:
    """What the task answers for, to be kept with the result: another day it may not."""
    return tuple(Observation("outside", text, None) for text in outcome.outside)


def _damage(outcome: Outcome) -> Failure | None:
    if outcome.status != "damaged":
        return None
    what = "; ".join(outcome.damage) or "an input is damaged in the store"
    message = f"{what}; no call of this run can make it again"
    return Failure("DamagedBlob", message, f"DamagedBlob: {message}\n")
