"""Sources: two versions of a project's source, and what of it can be taken from one of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from cuvee.compare.pieces import Piece, Versions

# Items of fingerprints that are no definition: they stand for statements, or for a whole module.
_OF_NO_NAME = ("statement", "module")


class Sources:
    """Both versions of all Python files that differ, and of those that hold the pipelines."""

    def __init__(self, a: Mapping[str, str], b: Mapping[str, str]) -> None:
        files = dict.fromkeys([*b, *a])
        self.files = {file: Versions(file, a.get(file, ""), b.get(file, "")) for file in files}

    @property
    def pieces(self) -> list[Piece]:
        """All that differs and has to be one or the other."""
        return [piece for piece in self.differing if piece.separate]

    @property
    def differing(self) -> list[Piece]:
        return [piece for versions in self.files.values() for piece in versions.pieces]

    def defining(self, module: str, name: str) -> Piece | None:
        """The piece that defines a name of a module, if it differs and is separate."""
        found = (
            piece
            for piece in self.pieces
            if module_of(piece.file) == module and (name in piece.names or piece.names == ("*",))
        )
        return next(found, None)

    def within(self, file: str, name: str, part: str = "") -> list[Piece]:
        """The pieces that an item of a fingerprint stands in: by its file, its dotted name and what it is."""
        module = module_of(file)
        first = name.removeprefix(f"{module}.").partition(".")[0].partition("(")[0]
        here = [piece for piece in self.pieces if piece.file == file]
        found = [piece for piece in here if first in piece.names or piece.names == ("*",)]
        if not found and part in _OF_NO_NAME:
            return [piece for piece in here if piece.names == () or part == "module"]
        return found

    def rebinding(self, name: str) -> list[Piece]:
        """The pieces that bind a name by an import, wherever it is from."""
        last = name.rpartition(".")[2]
        return [piece for piece in self.pieces if last in piece.names]

    def using(self, name: str) -> list[Piece]:
        """The pieces that mention a name."""
        last = name.rpartition(".")[2]
        return [piece for piece in self.pieces if last in piece.uses]

    def reached(self, roots: Collection[str], tasks: Collection[str]) -> list[Piece]:
        """The pieces that code of these names reaches by the names that it mentions, tasks left out."""
        seen: set[str] = set()
        pending = list(roots)
        while pending:
            name = pending.pop()
            if name in seen or (name in tasks and name not in roots):
                continue
            seen.add(name)
            pending += self._uses(name)
        return [piece for piece in self.pieces if seen.difference(tasks).intersection(piece.names)]

    def _uses(self, name: str) -> Iterator[str]:
        for versions in self.files.values():
            yield from versions.uses_of(name)


def module_of(file: str) -> str:
    """The name that a file of the project is imported by: `shop.flow` of `src/shop/flow.py`."""
    parts = list(PurePosixPath(file).with_suffix("").parts)
    if parts[:1] == ["src"] and len(parts) > 1:
        parts = parts[1:]
    if parts[-1:] == ["__init__"]:
        parts = parts[:-1]
    return ".".join(parts)
