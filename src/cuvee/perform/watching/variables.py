"""Variables: which environment variables are read.

`os.environ` keeps its place and its class: the class's methods are stood in for, so a name that was
bound to it long ago is watched too.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from cuvee.fingerprint.variables import ALL, variable_digest
from cuvee.perform.watching.ear import hearing, listeners
from cuvee.perform.watching.noise import is_surrounding

_Environ: Any = type(os.environ)
_get, _iterate = _Environ.__getitem__, _Environ.__iter__

_BETWEEN = (f"{os.sep}os.py", "_collections_abc.py", "<frozen os>", "<frozen _collections_abc>")

Place = tuple[int, int]


class _Iterated(threading.local):
    place: Place = (0, 0)


_iterated = _Iterated()


def stand_ins() -> list[tuple[Any, str, Any]]:
    """What to put where: (owner, name, stand-in)."""
    return [(_Environ, "__getitem__", _watched_get), (_Environ, "__iter__", _watched_iterate)]


def _watched_get(environ: Any, key: Any) -> Any:
    if listeners and isinstance(key, str | bytes):
        _note(sys._getframe(1), os.fsdecode(key))
    return _get(environ, key)


def _watched_iterate(environ: Any) -> Iterator[Any]:
    if listeners:
        frame = _user_frame(sys._getframe(1))
        _iterated.place = (id(frame), frame.f_lasti)
        with hearing(frame) as heard:
            # Others pass the variables on, or look for some of theirs.
            if heard is not None and heard.asker.direct and not heard.asker.through:
                for notes in heard.notes:
                    notes.variable(ALL, variable_digest(ALL))
    yield from _iterate(environ)


def _note(frame: FrameType, name: str) -> None:
    user = _user_frame(frame)
    if _iterated.place == (id(user), user.f_lasti):
        return  # `dict(os.environ)` and `.items()` take each one after they have gone through all
    with hearing(frame) as heard:
        if heard is not None and not is_surrounding(name, heard.asker):
            for notes in heard.notes:
                notes.variable(name, variable_digest(name))


def _user_frame(frame: FrameType) -> FrameType:
    """The nearest frame that is no method of a mapping."""
    while frame.f_back is not None and frame.f_code.co_filename.endswith(_BETWEEN):
        frame = frame.f_back
    return frame
