"""Plans: what a run would do."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from cuvee.model.artifact import Artifact
from cuvee.model.change import Change
from cuvee.model.digest import Digest
from cuvee.model.explanation import Explanation
from cuvee.model.key import Component
from cuvee.model.value import Value

_WORDS = {"execute": "to run", "reuse": "reused", "given": "given", "depends": "may run"}


class PlannedCall(Value, frozen=True):
    """One call of a plan. `seconds` is how long it took the last time, if it is known; `changes` what
    its reason says that changed; `follows` the calls that have to run and that it takes results
    from, if only through others.
    """

    position: int
    path: str
    task: str
    decision: Literal["execute", "reuse", "given", "depends"]
    reason_code: str
    reason: str
    seconds: float | None
    artifact: Artifact | None = None
    outputs: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    changes: tuple[Change, ...] = ()
    follows: tuple[str, ...] = ()


class Plan(Value, frozen=True):
    """`open_end` says where the pipeline asks for a value that only running can give, if it does;
    `sources` are the source texts that its changes name, with their digests; `explanation` is of the
    call that was asked about; `warnings` are what a person should know of the code.
    """

    pipeline: str
    calls: tuple[PlannedCall, ...]
    open_end: str = ""
    sources: tuple[tuple[Digest, str], ...] = ()
    explanation: Explanation | None = None
    warnings: tuple[str, ...] = ()

    def __getitem__(self, path: str) -> PlannedCall:
        """The call at a path. Raises KeyError."""
        for call in self.calls:
            if call.path == path:
                return call
        raise KeyError(f"the plan has no call {path!r}; it has {', '.join(call.path for call in self.calls)}")

    def __repr__(self) -> str:
        counts = Counter(_WORDS[call.decision] for call in self.calls)
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        return f"<plan of {self.pipeline}: {told or 'no calls'}>"
