"""Handing on: the next call gets the very object that the last one gave, where nobody can tell.

Only where it is in the store already, where a computation could not tell it from what is read back,
and where nobody else refers to it or shares its memory: so what its consumer changes in place
reaches nobody. Any other consumer reads its own from the store.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.perform.ownership import is_alone

LEAST_BYTES = 1 << 20
"""Below this a value is read back in no time."""


class Handing:
    """What the last call gave, until the next one begins: memory is held no longer than in a script."""

    def __init__(self) -> None:
        self._offered: dict[Digest, list[Any]] = {}
        self._taken: dict[Digest, list[Any]] = {}

    def offer(self, holder: list[Any], artifact: Artifact, live: frozenset[Digest]) -> None:
        """The value in this list, which nobody else should refer to, was stored as this artifact. `live`
        are those of it and its elements that cannot be told from what is read back."""
        if type(holder[0]) is not tuple:
            self._offered = _alone([(artifact.digest, holder)] if artifact.digest in live else [])
        elif sys.getrefcount(holder[0]) == 2:
            holders = [[item] for item in holder[0]]
            holder.clear()
            pairs = zip((child.digest for _, child in artifact.children), holders, strict=False)
            self._offered = _alone([(digest, each) for digest, each in pairs if digest in live])

    def begin(self) -> None:
        """A call begins: what was offered is for it, or for nobody."""
        self._taken, self._offered = self._offered, {}

    def take(self, artifact: Artifact) -> list[Any] | None:
        """The value of this artifact in a list, once; None where it is not at hand."""
        return self._taken.pop(artifact.digest, None)

    def drop(self) -> None:
        """All arguments are there: what nobody took goes."""
        self._taken = {}


def _alone(pairs: Iterable[tuple[Digest, list[Any]]]) -> dict[Digest, list[Any]]:
    return {digest: holder for digest, holder in pairs if is_alone(holder)}
