"""Scope: which files are the project's own, and so count by content."""

from __future__ import annotations

import os
from pathlib import Path

from cuvee.model.value import Value

_FOREIGN = frozenset({"site-packages", "dist-packages", "__pycache__", "node_modules"})


class Scope(Value, frozen=True):
    """The project's folder. `outside` are folders in it that are not its source: the store, say."""

    root: Path
    outside: tuple[Path, ...] = ()

    def is_project(self, file: str | None) -> bool:
        """Whether a file is the project's own: under the root, and not in an environment, the store
        or a hidden folder."""
        return self.relative(file) is not None

    def relative(self, file: str | None) -> str | None:
        """The file's path from the root, if it is the project's own; else None."""
        if not file:
            return None
        path, root = Path(file).resolve(), self.root.resolve()
        if not path.is_relative_to(root):
            return None
        if any(path.is_relative_to(folder.resolve()) for folder in self.outside):
            return None
        inside = path.relative_to(root)
        if any(part.startswith(".") or part in _FOREIGN for part in inside.parts[:-1]):
            return None
        return str(inside)

    def files(self) -> list[str]:
        """Every Python file of the project, in a fixed order."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.root):
            here = Path(folder)
            folders[:] = sorted(name for name in folders if self._has_source(here / name))
            found += [str(here / name) for name in sorted(names) if name.endswith(".py")]
        return found

    def _has_source(self, folder: Path) -> bool:
        """Whether a folder can hold source of the project: one with an environment does not."""
        environment = (folder / "pyvenv.cfg").exists() or (folder / "conda-meta").exists()
        return not environment and self.relative(str(folder / "_.py")) is not None
