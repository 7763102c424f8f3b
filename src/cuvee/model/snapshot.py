"""Snapshot: the project's source as it was at a run."""

from __future__ import annotations

from cuvee.model.artifact import Artifact
from cuvee.model.value import Value


class Snapshot(Value, frozen=True):
    """`files` is a Directory's artifact. `left_out` are files that were not kept, each with why."""

    files: Artifact
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """How many files it has."""
        return len(self.files.parts)
