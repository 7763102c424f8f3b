"""A listing: all that is below a folder, by name, in a fixed order. Nothing is left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from cuvee.codecs.place import unreadable
from cuvee.model.value import Value

FILE, FOLDER, LINK = "file", "folder", "link"


class CannotList(Exception):
    """Something in a folder has no content, or cannot be read; the message completes "data …"."""


class Entry(Value, frozen=True):
    """`name` is relative to the folder, with `/`. `detail`: of a file "x" if it is executable, of a
    link where it leads."""

    name: str
    kind: str
    detail: str = ""


def list_folder(folder: Path) -> tuple[list[Entry], int]:
    """What is in a folder, each folder before what is in it, and how many bytes its files have.

    A link that leads elsewhere in the folder, or nowhere, is a link; one that leads out of it is what it
    leads to. Raises CannotList.
    """
    try:
        status = folder.stat()
    except OSError as error:
        raise CannotList(unreadable(error)) from None
    if not stat.S_ISDIR(status.st_mode):
        raise CannotList("is not a folder, and a Directory is one: write File(…)")
    walk = _Walk(folder)
    entries = list(walk.below(str(folder), "", ((status.st_dev, status.st_ino),)))
    return entries, walk.size


class _Walk:
    def __init__(self, top: Path) -> None:
        self.top = str(top)
        self.size = 0

    def below(self, folder: str, prefix: str, above: tuple[tuple[int, int], ...]) -> Iterator[Entry]:
        """`above` are the folders that this one lies in, by device and number."""
        try:
            with os.scandir(folder) as found:
                children = sorted(found, key=lambda child: child.name)
        except OSError as error:
            raise CannotList(f"cannot be listed: {folder}: {error.strerror}") from None
        for child in children:
            yield from self._entry(child, prefix + _checked(child), above)

    def _entry(
        self, child: os.DirEntry[str], name: str, above: tuple[tuple[int, int], ...]
    ) -> Iterator[Entry]:
        try:
            target = os.readlink(child.path) if child.is_symlink() else None  # noqa: PTH115 - many times
            if target is not None and (self._is_inside(child.path, target) or not os.path.exists(child.path)):  # noqa: PTH110
                yield Entry(name, LINK, target)
                return
            status = child.stat()
        except OSError as error:
            raise CannotList(f"has {name} in it, which cannot be read ({error.strerror})") from None
        if stat.S_ISDIR(status.st_mode):
            identity = (status.st_dev, status.st_ino)
            if identity in above:
                raise CannotList(f"has {name} in it, a link that leads back to a folder that it is in")
            yield Entry(name, FOLDER)
            yield from self.below(child.path, name + "/", (*above, identity))
        elif stat.S_ISREG(status.st_mode):
            if not os.access(child.path, os.R_OK):
                raise CannotList(f"has {name} in it, which cannot be read: mend its permissions")
            self.size += status.st_size
            yield Entry(name, FILE, "x" if status.st_mode & stat.S_IXUSR else "")
        else:
            raise CannotList(
                f"has {name} in it, {_special(status.st_mode)}, which has no content: take it out"
            )

    def _is_inside(self, link: str, target: str) -> bool:
        """Whether a link stays in the folder, so that it leads to the same in a copy of it."""
        if os.path.isabs(target):  # noqa: PTH117
            return False
        where, top = os.path.realpath(os.path.dirname(link)), os.path.realpath(self.top)  # noqa: PTH120
        led = os.path.normpath(os.path.join(where, target))  # noqa: PTH118
        return led == top or led.startswith(top.rstrip("/") + "/")


def _checked(child: os.DirEntry[str]) -> str:
    try:
        child.name.encode()
    except UnicodeEncodeError:
        raise CannotList(f"has {child.name!r} in it, a name that is not UTF-8: rename it") from None
    return child.name


def _special(mode: int) -> str:
    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((text for test, text in kinds if test(mode)), "a device")
