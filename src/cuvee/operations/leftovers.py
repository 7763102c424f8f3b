"""Leftovers: what processes that died have left in the store, and blobs that were set aside."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cuvee.errors import StoreFault

Kind = Literal["scratch", "unfinished", "quarantine"]

KEPT_ASIDE = 7 * 86400.0
"""Seconds for which damaged blobs are kept, for whoever wants to look at them."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or a folder that nothing needs any more."""

    kind: Kind
    path: Path
    bytes: int


def find_leftovers(home: Path, live: Collection[int], before: float, now: float) -> list[Leftover]:
    """What is left over in the store's folder.

    `live` are the runs that go on: their scratch folders stay, and what they have noted of calls that
    began. What was being written is left over if it was last written to before `before`.
    """
    found = [
        Leftover("scratch", path, _size(path))
        for folder in ("scratch", "begun")
        for path in _inside(home / folder)
        if not (path.name.isdecimal() and int(path.name) in live)
    ]
    for kind, limit in (("unfinished", before), ("quarantine", now - KEPT_ASIDE)):
        found += [
            Leftover("unfinished" if kind == "unfinished" else "quarantine", path, _size(path))
            for path in _inside(home / kind)
            if path.lstat().st_ctime < limit
        ]
    return found


def set_aside(home: Path, now: float) -> int:
    """The bytes of damaged blobs that are kept for now."""
    return sum(
        _size(path) for path in _inside(home / "quarantine") if path.lstat().st_ctime >= now - KEPT_ASIDE
    )


def remove_leftovers(leftovers: Iterable[Leftover]) -> None:
    """Take them away. Raises StoreFault for one that cannot be."""
    for leftover in leftovers:
        try:
            if leftover.path.is_dir() and not leftover.path.is_symlink():
                shutil.rmtree(leftover.path)
            else:
                leftover.path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue  # its own process, or another one that cleans up, was first
        except OSError as error:
            raise StoreFault(f"{leftover.path} cannot be deleted: {error.strerror}") from error


def _inside(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.iterdir())


def _size(path: Path) -> int:
    if path.is_dir() and not path.is_symlink():
        return sum(_size(below) for below in path.iterdir())
    return path.lstat().st_size
