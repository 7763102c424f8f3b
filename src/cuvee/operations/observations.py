"""Observations of a run: all that it has asked of the world, from the first import to the last call.

If none of it has changed, and no argument either, the same run gives the same again.
"""

from __future__ import annotations

from pathlib import Path

from cuvee.model.entry import Observation
from cuvee.perform.imports import imports
from cuvee.perform.notes import Findings


class RunObservations:
    """Collected while the run goes on. `traced`: by the pipeline's body; `of_calls`: by its calls,
    those whose results were reused included."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.traced = Findings()
        self.of_calls: dict[Observation, None] = {}

    def imported(self) -> dict[str, Findings]:
        """What modules of the project asked while they were imported, of those that were watched."""
        return dict(imports.all(self._root))

    def all(self) -> tuple[Observation, ...]:
        """Everything observed, each once."""
        found = dict(self.of_calls)
        for findings in (self.traced, *self.imported().values()):
            found.update(dict.fromkeys(findings.observed))
        return tuple(found)
