"""Events: what a run tells whoever watches it, as it goes."""

from __future__ import annotations

from typing import Literal

from cuvee.model.record import Argued, CallRecord, RunRecord
from cuvee.model.value import Value


class RunBegan(Value, frozen=True, tag=True):
    number: int
    pipeline: str
    parameters: tuple[Argued, ...]


class CallsKnown(Value, frozen=True, tag=True):
    """`total` calls have been traced so far."""

    total: int


class CallBegan(Value, frozen=True, tag=True):
    """A call runs now; `expected` seconds is how long it took the last time."""

    path: str
    reason: str
    expected: float | None


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


Event = RunBegan | CallsKnown | CallBegan | CallLogged | CallEnded | RunEnded | Warned
