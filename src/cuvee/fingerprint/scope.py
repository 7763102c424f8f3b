"""Scope: which files are the project's own, and so count by content."""

from __future__ import annotations

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
        if not file:
            return False
        path = Path(file).resolve()
        if not path.is_relative_to(self.root):
            return False
        if any(path.is_relative_to(folder) for folder in self.outside):
            return False
        parts = path.relative_to(self.root).parts
        return not any(part.startswith(".") or part in _FOREIGN for part in parts[:-1])
