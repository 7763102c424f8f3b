"""Imports: what modules of the project ask of the world while they are imported.

A module is imported once in a process and used by every run there, so this is kept for the process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.perform.notes import Findings, Notes
from cuvee.perform.observation import Observer, scratch_folder

Heard = tuple[tuple[str, tuple[str, ...]], ...]
"""Modules whose imports were watched in another process, each with the environment variables that were not
set when it asked for them, and are by now."""


class Imports:
    """What each module has asked, as far as anybody watched. Not for several threads at once."""

    def __init__(self) -> None:
        self._notes: dict[str, Notes] = {}
        self._begun: set[str] = set()
        self._findings: dict[str, Findings] = {}
        self._unset: dict[str, tuple[str, ...]] = {}

    def begin(self, module: str) -> None:
        """The import of a module begins: what an earlier one of that name asked is of no account."""
        self._begun.add(module)
        self._notes.pop(module, None)
        self._findings.pop(module, None)
        for name in self._unset.get(module, ()):
            os.environ.pop(name, None)

    def notes_of(self, module: str) -> Notes:
        """Where to note what its import asks. No audit event tells of importlib.import_module and reload, so
        it may not have begun."""
        self._findings.pop(module, None)
        return self._notes.setdefault(module, Notes())

    def asked_by(self, module: str, root: Path) -> Findings | None:
        """What its import has asked; None if nobody watched."""
        if module not in self._notes:
            return Findings() if module in self._begun else None
        if module not in self._findings:
            self._findings[module] = self._notes[module].findings(root, scratch_folder)
        return self._findings[module]

    def all(self, root: Path) -> Iterator[tuple[str, Findings]]:
        """What each module has asked, of those that asked anything."""
        for module in list(self._notes):
            found = self.asked_by(module, root)
            if found:
                yield module, found

    def heard(self, root: Path) -> Heard:
        """What another process has to know, so that imports there ask what they have asked here."""
        return tuple(
            (module, tuple(self._set_since(module, root)))
            for module in sorted(self._begun | self._notes.keys())
        )

    def _set_since(self, module: str, root: Path) -> Iterator[str]:
        found = self.asked_by(module, root)
        for each in found.observed if found else ():
            if each.kind == "environment" and each.digest is None and each.path in os.environ:
                yield each.path

    def repeat(self, heard: Heard) -> None:
        """Let each of these modules meet the environment variables that it met in that other process: what
        itself has set there comes down to this one."""
        self._unset = dict(heard)


imports = Imports()


@contextmanager
def watching_imports(root: Path, home: Path) -> Iterator[None]:
    """While this is open, what modules of the project ask when they are imported is noted."""
    observer = Observer(root, home, imports)
    with observer.ready(), observer.watching(alone=False):
        yield
