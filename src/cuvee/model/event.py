"""Events: what a run tells whoever watches it, as it goes."""

from __future__ import annotations

from typing import Literal

from cuvee.model.record import Argued, CallRecord, RunRecord
from cuvee.model.swap import Swapped
from cuvee.model.value import Value


class RunBegan(Value, frozen=True, tag=True):
    number: int
    pipeline: str
    parameters: tuple[Argued, ...]
    swaps: tuple[Swapped, ...] = ()


class TaskKnown(Value, frozen=True):
    """So many more calls of a task; `seconds` is how long one took in an earlier run."""

    name: str
    calls: int
    seconds: float | None = None


class CallsKnown(Value, frozen=True, tag=True):
    """`total` calls have been traced so far; `tasks` says of which, since this was last told."""

    total: int
    tasks: tuple[TaskKnown, ...] = ()


class CallBegan(Value, frozen=True, tag=True):
    """A call runs now; `expected` seconds is how long it took the last time. `beside`: others may run
    at the same time.
    """

    path: str
    reason: str
    expected: float | None
    beside: bool = False


class CallRetried(Value, frozen=True, tag=True):
    """The `attempt`th attempt at a call has failed, and another is made after so many seconds. `why`: what
    it raised; `left`: how many more there may be.
    """

    path: str
    attempt: int
    left: int
    seconds: float
    why: str


class CallLogged(Value, frozen=True, tag=True):
    """A call that runs now has printed something."""

    path: str
    stream: Literal["stdout", "stderr"]
    text: str


class CallEnded(Value, frozen=True, tag=True):
    """A call has come to its end: reused, executed, failed, skipped or cancelled."""

    call: CallRecord


class RunEnded(Value, frozen=True, tag=True):
    run: RunRecord


class Warned(Value, frozen=True, tag=True):
    """Something that a person should know and that does not stop the run."""

    text: str


Event = RunBegan | CallsKnown | CallBegan | CallRetried | CallLogged | CallEnded | RunEnded | Warned
