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
        path, root = os.path.realpath(file), os.path.realpath(self.root)
        if not path.startswith(root.rstrip(os.sep) + os.sep):
            return None
        for folder in self.outside:
            if (path + os.sep).startswith(os.path.realpath(folder) + os.sep):
                return None
        inside = path[len(root.rstrip(os.sep)) + 1 :]
        parts = inside.split(os.sep)
        if any(part.startswith(".") or part in _FOREIGN for part in parts[:-1]):
            return None
        return inside

    def is_source_folder(self, path: str) -> bool:
        """Whether a folder under the root can hold source of the project."""
        return self.relative(os.path.join(path, "_.py")) is not None and not _is_environment(path)

    def files(self) -> list[str]:
        """Every Python file of the project, in a fixed order."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if self.is_source_folder(os.path.join(folder, name)))
            found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]
        return found


def _is_environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))
