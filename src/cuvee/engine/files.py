"""Files that calls share without handing them on: what one has asked of them, what another has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from cuvee.model.entry import Entry, Observation

_ASKED = frozenset({"read", "listed", "found", "size", "stat", "link"})


def asked_of(observed: Iterable[Observation]) -> Iterator[str]:
    """The paths whose state a result depends on."""
    return (item.path for item in observed if item.kind in _ASKED)


def written_by(entries: Iterable[Entry]) -> frozenset[str]:
    """The paths that calls changed, with the folders that list them."""
    paths = [item.path for entry in entries for item in entry.observed if item.kind in ("wrote", "made")]
    return frozenset([*paths, *(os.path.dirname(path) or "." for path in paths)])  # noqa: PTH120
