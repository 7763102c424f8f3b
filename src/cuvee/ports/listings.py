"""Listings: modules of our own, found by what their folders list.

Python asks the disk three times where a module lies, and goes through all that it could be: with three
hundred modules that is a tenth of loading them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location

_OURS = __name__.partition(".")[0] + "."


@contextmanager
def found_by_listings() -> Iterator[None]:
    """While this is open, what of our own no other finder has found first is found here."""
    finder = _Listings()
    if PathFinder not in sys.meta_path:  # somebody has put another in its place
        yield
        return
    sys.meta_path.insert(sys.meta_path.index(PathFinder), finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Listings:
    """A finder that lists each folder once. What it does not find is looked for as ever."""

    def __init__(self) -> None:
        self._files: dict[str, frozenset[str]] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        if path is None or not name.startswith(_OURS):
            return None
        folder = path[0]
        files = self._files.get(folder)
        if files is None:
            files = self._files[folder] = _listed(folder)
        file = f"{name.rpartition('.')[2]}.py"
        if file not in files:
            return None
        whole = f"{folder}{os.sep}{file}"
        return spec_from_file_location(name, whole, loader=SourceFileLoader(name, whole))


def _listed(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - as text
    except OSError:  # not on disk: in an archive
        return frozenset()
