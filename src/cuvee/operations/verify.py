"""Verify: calls of a run again, each twice, in new processes that differ in what must not count.

Both get the same inputs and the same seed; the order of sets is another in each, and so is the time. What
comes of them goes nowhere but into a comparison.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from cuvee.authoring.task import Task
from cuvee.errors import CannotDecode, StoreFault, UsageError
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.artifact import Artifact
from cuvee.model.order import Outcome, WorkOrder
from cuvee.model.record import CallRecord, RunRecord
from cuvee.model.verified import Cause, Differing, Verified
from cuvee.operations.diff import profiled_difference
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.past_call import PastCall, past_call
from cuvee.operations.reproduce import what_changed
from cuvee.operations.session import Session
from cuvee.perform.interrupts import Interrupts
from cuvee.ports.executor import Executor

HASH_SEEDS = "1", "4242"

# So many calls are performed in one kind of process before they are in the other.
_AT_ONCE = 4
_MOST_DIFFERING = 20

TaskOf = Callable[[CallRecord], Task[Any, Any]]
"""The task of a call, as the code that is verified has it. Raises UsageError."""


class _Asked(NamedTuple):
    call: CallRecord
    past: PastCall
    order: WorkOrder


def verify(
    session: Session,
    run: RunRecord,
    calls: Sequence[CallRecord],
    task_of: TaskOf,
    scratch: Path,
    *,
    max_seconds: float = math.inf,
    tell: Callable[[Verified], None],
) -> list[Verified]:
    """What came of each call, in the order of the calls; `tell` hears of each as it is known.

    The first call of each task comes first. After `max_seconds` no more is asked, and what is under way
    is ended. Raises KeyboardInterrupt where the user stops it, EnvironmentFault.
    """
    found: dict[str, Verified] = {}

    def note(verified: Verified) -> None:
        found[verified.path] = verified
        tell(verified)

    with _verifying(session, run, scratch, max_seconds) as verification:
        for some in _batched(_by_task(calls), _AT_ONCE):
            for verified in verification.of(some, task_of):
                note(verified)
    return [found[call.path] for call in calls]


@contextmanager
def _verifying(session: Session, run: RunRecord, scratch: Path, seconds: float) -> Iterator[_Verification]:
    interrupts = Interrupts()
    with interrupts.listening():
        verification = _Verification(session, run, scratch, interrupts, session.clock.elapsed() + seconds)
        try:
            yield verification
        except KeyboardInterrupt:
            verification.cancel()
            raise
        finally:
            verification.close()


class _Verification:
    """An executor for each hash seed, and the time that is left."""

    def __init__(
        self, session: Session, run: RunRecord, scratch: Path, interrupts: Interrupts, deadline: float
    ) -> None:
        self._session = session
        self._run = run
        self._scratch = scratch
        self._interrupts = interrupts
        self._deadline = deadline
        self._number = 0
        code = ProcessCode(session.scope)
        self._executors = [session.make_fresh(code, interrupts, seed) for seed in HASH_SEEDS]

    def cancel(self) -> None:
        for executor in self._executors:
            executor.cancel()

    def close(self) -> None:
        for executor in self._executors:
            executor.close()

    def of(self, calls: Sequence[CallRecord], task_of: TaskOf) -> Iterator[Verified]:
        """What becomes of these, all of them in the first kind of process before any in the second."""
        asked: list[_Asked] = []
        for call in calls:
            prepared = self._prepared(call, task_of)
            if isinstance(prepared, Verified):
                yield prepared
            else:
                asked.append(prepared)
        first, second = (self._performed(executor, asked) for executor in self._executors)
        for each in asked:
            yield self._verified(each, first.get(each.order.call), second.get(each.order.call))

    def _prepared(self, call: CallRecord, task_of: TaskOf) -> _Asked | Verified:
        if not call.components:
            return Verified(call.path, call.task, "unverified", text=f"it was {call.status} in the run")
        try:
            task, loaded = task_of(call), LoadedValues(self._session)
            folder = self._scratch / "given" / str(self._number)
            past = past_call(self._session, (self._run, call), task, {}, loaded, folder, settable=False)
        except (UsageError, StoreFault, CannotDecode) as error:
            return Verified(call.path, call.task, "unverified", text=str(error))
        self._number += 1
        order = replace(past.order, call=self._number, scratch=str(self._scratch / str(self._number)))
        return _Asked(call, past, order)

    def _performed(self, executor: Executor, asked: Iterable[_Asked]) -> dict[int, Outcome]:
        """The outcomes by the orders' numbers, of those that there is time for."""
        waiting = deque(each.order for each in asked)
        found: dict[int, Outcome] = {}
        expected = len(waiting)
        while len(found) < expected:
            if self._interrupts.requested:
                raise KeyboardInterrupt
            while waiting and executor.room:
                left = self._deadline - self._session.clock.elapsed()
                if left <= 0:
                    expected -= len(waiting)
                    waiting.clear()
                    break
                executor.submit(_alone(waiting.popleft(), left))
            found.update((outcome.call, outcome) for outcome in executor.wait())
        return found

    def _verified(self, asked: _Asked, first: Outcome | None, second: Outcome | None) -> Verified:
        call = asked.call
        if first is None or second is None or self._timed_out(first) or self._timed_out(second):
            return Verified(call.path, call.task, "unverified", text="there was no time left for it")
        outcomes = (first, second)
        for outcome in outcomes:
            if outcome.status in ("refused", "damaged", "cancelled"):
                why = outcome.failure.message if outcome.failure else ", ".join(outcome.damage)
                return Verified(call.path, call.task, "unverified", text=why or outcome.status)
        if first.artifact is None or second.artifact is None:
            return self._failed(asked, outcomes)
        mutated = tuple(dict.fromkeys((*first.mutated, *second.mutated)))
        differing = self._differing(outcomes)
        if differing:
            cause, text = self._cause(asked, first), self._drawing(asked)
            return Verified(call.path, call.task, "different", differing, mutated, cause, text)
        then = call.artifact
        if then is not None and call.key == asked.past.key.digest and then.digest != first.artifact.digest:
            changed = what_changed(self._session, self._run)(call)
            if changed:
                text = f"in the run it gave something else: {changed}"
                return Verified(call.path, call.task, "deterministic", mutated=mutated, text=text)
            names = tuple(Differing(name) for name, _, _ in _parts_that_differ(then, first.artifact))
            return Verified(call.path, call.task, "different", names, mutated, "outside")
        return Verified(call.path, call.task, "deterministic", mutated=mutated)

    def _timed_out(self, outcome: Outcome) -> bool:
        """Whether it was ended since the time was over, not that of the task."""
        ended = outcome.failure is not None and outcome.failure.type == "TimeoutError"
        return ended and self._session.clock.elapsed() >= self._deadline

    def _failed(self, asked: _Asked, outcomes: Sequence[Outcome]) -> Verified:
        call = asked.call
        told = [f"{each.failure.type}: {each.failure.message}" for each in outcomes if each.failure]
        if len(told) == 1:
            cause, text = self._cause(asked, outcomes[0]), f"it failed one time of two: {told[0]}"
            return Verified(call.path, call.task, "different", cause=cause, text=text)
        as_then = "as it did in the run: " if call.status == "failed" else ""
        return Verified(call.path, call.task, "failed", text=as_then + told[0])

    def _differing(self, outcomes: Sequence[Outcome]) -> tuple[Differing, ...]:
        a, b = outcomes
        assert a.artifact is not None
        assert b.artifact is not None
        profiles = dict(a.profiles), dict(b.profiles)
        found = []
        for name, before, after in _parts_that_differ(a.artifact, b.artifact)[:_MOST_DIFFERING]:
            known = profiles[0].get(before.digest), profiles[1].get(after.digest)
            columns: tuple[str, ...] = ()
            if known[0] is not None and known[1] is not None:
                told = profiled_difference(self._session, name, (before, known[0]), (after, known[1]))
                columns = tuple(column.name for column in told.columns)
            found.append(Differing(name, columns))
        return tuple(found)

    def _cause(self, asked: _Asked, first: Outcome) -> Cause:
        """Once more with the first hash seed: what gives the same then depends on that."""
        again = self._performed(self._executors[0], [asked]).get(asked.order.call)
        if again is None:
            return "chance"
        same = again.artifact and first.artifact and again.artifact.digest == first.artifact.digest
        both_failed = again.artifact is None and first.artifact is None
        return "order" if same or both_failed else "chance"

    def _drawing(self, asked: _Asked) -> str:
        """What varies by itself, as far as reading the code tells: what no seed reaches, the clock."""
        code = asked.past.prints.code
        found = [("It draws from what no seed reaches", each) for each in code.unseeded]
        found += [("It asks for the time", each) for each in code.outside if each.widened == "clock"]
        return ". ".join(f"{what}: {doubt.reference} ({doubt.file}:{doubt.line})" for what, doubt in found)


def _alone(order: WorkOrder, left: float) -> WorkOrder:
    """The order for a process of its own, which ends when the time does."""
    timeout = order.policy.timeout
    bounded = None if math.isinf(left) and timeout is None else min(left, timeout or math.inf)
    return replace(order, policy=replace(order.policy, isolated=True, timeout=bounded))


def _parts_that_differ(a: Artifact, b: Artifact, name: str = "") -> list[tuple[str, Artifact, Artifact]]:
    """The innermost elements of two results that are not the same, with their names: `0`, `model.scores`."""
    if a.digest == b.digest:
        return []
    parts = dict(a.children)
    known = a.codec == b.codec == "composite" and parts.keys() == dict(b.children).keys()
    found = []
    for child, after in b.children if known else ():
        found += _parts_that_differ(parts[child], after, f"{name}.{child}" if name else child)
    return found or [(name, a, b)]


def _by_task(calls: Iterable[CallRecord]) -> list[CallRecord]:
    """The first call of each task, then the others."""
    met: set[str] = set()
    first: list[CallRecord] = []
    others: list[CallRecord] = []
    for call in calls:
        (others if call.task in met else first).append(call)
        met.add(call.task)
    return first + others


def _batched(calls: Sequence[CallRecord], size: int) -> Iterator[Sequence[CallRecord]]:
    for start in range(0, len(calls), size):
        yield calls[start : start + size]
