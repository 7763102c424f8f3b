"""Presence: whether a file is there and how it is, of which Python tells nothing by itself.

`os.path.exists`, `Path.is_file`, `os.path.getsize` and all the others end up in three functions of
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
from cuvee.perform.watching.standin import Note, StandIn

_TIMES = frozenset({"getmtime", "getctime", "getatime"})
_WALKERS = frozenset({"_rmtree_safe_fd", "_rmtree_safe_fd_step", "_rmtree_unsafe", "_fwalk", "fwalk"})


def stand_ins() -> list[tuple[Any, str, StandIn]]:
    """What to put where: (owner, name, stand-in)."""
    notes: dict[str, Note] = {"stat": _stat, "lstat": _stat, "access": _access}
    return [(os, name, StandIn(getattr(os, name), "os", name, note)) for name, note in notes.items()]


def _stat(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if listeners:
        _note(frame, args, kwargs, _look_of)


def _access(frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if listeners:
        _note(frame, args, kwargs, lambda _: "found")


def _note(
    frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any], look_of: Callable[[Asker], Look]
) -> None:
    name = args[0] if args else kwargs.get("path")
    if not isinstance(name, str | bytes | os.PathLike) or kwargs.get("dir_fd") is not None:
        return
    with hearing(frame) as heard:
        if heard is None or frame.f_code.co_name in _WALKERS:
            return
        path = heard.listener.path_of(os.fsdecode(name))
        if path is None:
            return
        for notes in heard.notes:
            notes.looked(path, look_of(heard.asker))


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
