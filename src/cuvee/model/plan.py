"""Plans: what a run would do."""

from __future__ import annotations

from typing import Literal

from cuvee.model.artifact import Artifact
from cuvee.model.key import Component
from cuvee.model.value import Value


class PlannedCall(Value, frozen=True):
    """One call of a plan. `seconds` is how long it took the last time, if it is known."""

    position: int
    path: str
    task: str
    decision: Literal["execute", "reuse", "depends"]
    reason_code: str
    reason: str
    seconds: float | None
    artifact: Artifact | None = None
    outputs: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()


class Plan(Value, frozen=True):
    """`open_end` says where the pipeline asks for a value that only running can give, if it does."""

    pipeline: str
    calls: tuple[PlannedCall, ...]
    open_end: str = ""
