"""Presence: whether a file is there and how it is, of which Python tells nothing by itself.

`os.path.exists`, `Path.is_file`, `os.path.getsize` and all the others end up in a few functions of
`os`, and stand-ins are put in their place.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import FrameType
from typing import Any

from cuvee.fingerprint.listing import Look
from cuvee.perform.watching.asker import Asker
from cuvee.perform.watching.ear import hearing, listeners
from cuvee.perform.watching.entries import Entries
from cuvee.perform.watching.folders import WALKERS, note_listing, path_in
from cuvee.perform.watching.standin import Note, StandIn

_TIMES = frozenset({"getmtime", "getctime", "getatime"})


def stand_ins() -> list[tuple[Any, str, StandIn]]:
    """What to put where: (owner, name, stand-in)."""
    notes: dict[str, Note] = {
        "stat": _stat,
        "lstat": _stat,
        "access": _access,
        "readlink": _link,
        "open": _open,
    }
    found = [(os, name, StandIn(getattr(os, name), "os", name, note)) for name, note in notes.items()]
    return [*found, (os, "scandir", Entries(os.scandir, "os", "scandir", _scan))]


def _stat(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if listeners:
        _note(frame, args, kwargs, _look_of)


def _access(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if listeners:
        _note(frame, args, kwargs, lambda _: "found")


def _link(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """A library that follows links looks for a file, and counts by what it finds in it."""
    if listeners:
        _note(frame, args, kwargs, lambda asker: "link" if asker.direct else None)


def _open(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Python tells of this as well, but not in which folder, where that is told by a descriptor."""
    if not listeners:
        return
    name = args[0] if args else kwargs.get("path")
    flags = args[1] if len(args) > 1 else kwargs.get("flags")
    folder = kwargs.get("dir_fd")
    with hearing(frame) as heard:
        if heard is None or frame.f_code.co_name in WALKERS:
            return
        path = path_in(heard, name, -1 if folder is None else folder)
        if path is None:
            return
        for notes in heard.notes:
            notes.opened_with(path, flags if isinstance(flags, int) else os.O_RDONLY)


def _scan(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if not listeners:
        return
    with hearing(frame) as heard:
        if heard is not None:
            note_listing(heard, args[0] if args else kwargs.get("path"))


def _note(
    frame: FrameType,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    look_of: Callable[[Asker], Look | None],
) -> None:
    name = args[0] if args else kwargs.get("path")
    with hearing(frame) as heard:
        if heard is None or frame.f_code.co_name in WALKERS:
            return
        folder = kwargs.get("dir_fd")
        path = path_in(heard, name, -1 if folder is None else folder)
        look = look_of(heard.asker)
        if path is None or look is None:
            return
        for notes in heard.notes:
            notes.looked(path, look)


def _look_of(asker: Asker) -> Look:
    """How much was asked for, by what was called: `exists` asks for less than `stat`."""
    asked = asker.through[-1][1] if asker.through else "stat"
    if asked == "getsize":
        return "size"
    if asked in _TIMES:
        return "stat"
    if asked in ("stat", "lstat"):
        # A library that asks has its own reasons; a file that was only touched is the same to it.
        return "stat" if asker.direct else "size"
    return "found"
