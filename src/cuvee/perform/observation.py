"""Observation: what a call asks of the world, so that a result is reused only while that is the same.

Files and folders that it opens, lists or looks for, environment variables, sub-processes and the
network. How that comes to be known is told by `watching`, what is left out by `watching.noise`.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Protocol

from cuvee.fingerprint.files import name_file
from cuvee.fingerprint.origins import Origins
from cuvee.fingerprint.scope import Scope
from cuvee.perform.notes import Findings, Notes
from cuvee.perform.watching import events, standing
from cuvee.perform.watching.asker import Asker, Origin
from cuvee.perform.watching.ear import Listening, listeners
from cuvee.perform.watching.noise import foreign_folders, source_of
from cuvee.perform.watching.remembered import remembered

_NOTHING = Findings()
_EXAMPLES = str(Path(__file__).resolve().parents[1] / "examples") + os.sep


@functools.lru_cache(maxsize=8)
def _origins_in(root: Path, home: Path) -> Origins:
    """Whose files are, asked once for each while a process lives: every run looks at all modules."""
    return Origins(Scope(root, (home,)))


class OfImports(Protocol):
    """Where is noted what modules of the project ask while they are imported."""

    def begin(self, module: str) -> None: ...
    def notes_of(self, module: str) -> Notes: ...
    def all(self, root: Path) -> Iterator[tuple[str, Findings]]: ...


def scratch_folder() -> str:
    """Where temporary files lie."""
    import tempfile  # 2 ms, and most calls make no file

    return tempfile.gettempdir()


class Observer:
    """Watches the user code of one process: one call at a time, or imports.

    `home` is the store's folder. What modules of the project ask while a call imports them is noted
    for both: the call, and `imports`.
    """

    def __init__(self, root: Path, home: Path, imports: OfImports | None = None) -> None:
        self._root = root
        self._foreign = foreign_folders(root, home)
        self._origins = _origins_in(root, home)
        self._imports = imports
        self._alone = True
        self._notes: Notes | None = None
        self._left = ""

    @contextmanager
    def ready(self) -> Iterator[None]:
        """While this is open all is in place that watching needs. Once for a run: it is not free."""
        events.install()
        with standing.in_place():
            yield

    def watching(self, *boundary: CodeType, alone: bool = True) -> Listening:
        """While this is open, what the code that the caller calls asks for counts; `boundary` is all
        code that calls it, if that is not the caller. Without `alone` only imports count."""
        events.install()
        self._alone, self._notes, self._left = alone, None, ""
        if alone:
            remembered.begin(self._origin_of_module, self._root, self._of_imports)
        return Listening(self, *boundary)

    def begin(self) -> None:
        """The same until `end`, at a third of the price: inside `ready`, and `mark_boundary` was told of all
        code that calls what is watched."""
        self._alone, self._notes, self._left = True, None, ""
        remembered.begin(self._origin_of_module, self._root, self._of_imports)
        listeners.append(self)

    def end(self) -> None:
        """Nobody is watched any more."""
        listeners.remove(self)

    def findings(self) -> Findings:
        """What the last call asked for, and what forbids to reuse its result."""
        notes, self._notes = self._notes, None
        found = _NOTHING if notes is None else notes.findings(self._root, scratch_folder)
        return remembered.end(found, self._origin_of_module, self._root, scratch_folder)

    def _origin_of_module(self, name: str, file: str, spec: object) -> Origin:
        if file.startswith(("<", _EXAMPLES)):
            return self.origin_of(file)
        return self._origins.of_loaded_file(name, file, spec)

    def _of_imports(self) -> Iterator[Findings]:
        for _, findings in self._imports.all(self._root) if self._imports is not None else ():
            yield findings

    def go_back(self) -> None:
        """Make the working folder what it was before the last call: where one goes is nothing to others."""
        if self._left:
            with contextlib.suppress(FileNotFoundError):  # it has taken that folder away
                os.chdir(self._left)

    # What the ear asks.

    def origin_of(self, file: str) -> Origin:
        if file.startswith("<"):
            return "stdlib" if file.startswith("<frozen ") else "project"
        return "project" if file.startswith(_EXAMPLES) else self._origins.of_file(file)

    def notes_for(self, asker: Asker) -> list[Notes]:
        if self._notes is None and self._alone:
            # Most calls ask for nothing.
            self._notes = Notes()
        of_module = self._imports.notes_of(asker.module) if self._imports and asker.module else None
        notes = [notes for notes in (self._notes, of_module) if notes is not None]
        return [*notes, *remembered.notes_for(asker)] if asker.kept_by else notes

    def leaving(self, folder: str) -> None:
        self._left = self._left or folder

    def importing(self, module: str) -> None:
        if self._imports is not None:
            self._imports.begin(module)

    def path_of(self, name: str) -> str | None:
        # Nearly all that an import asks for lies there, and is told by its name as it is.
        if ("/site-packages/" in name or name.startswith(self._foreign)) and "/.." not in name:
            return None
        path = source_of(os.path.abspath(name))  # noqa: PTH100 - runs for every open: strings are 20 × faster
        if f"{path}/".startswith(self._foreign) or "/site-packages/" in path:
            return None
        return path

    def place_of(self, asker: Asker) -> str:
        return f"{name_file(Path(asker.file), self._root)}:{asker.line}"
