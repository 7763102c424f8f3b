"""The ear: who hears what user code asks for. One at a time in a process, the innermost.

It hears in the middle of somebody's code: whatever it looks at itself is not told to anybody.
"""

from __future__ import annotations

import sys
import threading
from types import CodeType, FrameType, TracebackType
from typing import Protocol

from cuvee.perform.notes import Notes
from cuvee.perform.watching.asker import Asker, Origin, boundaries, find_asker


class Listener(Protocol):
    """Takes notes of what it is told of."""

    def origin_of(self, file: str) -> Origin:
        """Whose code a file has."""
        ...

    def notes_for(self, asker: Asker) -> list[Notes]:
        """Where to note what this one asks for."""
        ...

    def path_of(self, name: str) -> str | None:
        """The absolute path of a file that counts; None for one that is left out."""
        ...

    def leaving(self, folder: str) -> None:
        """The working folder is about to be another one than this."""
        ...

    def importing(self, module: str) -> None:
        """The import of a module begins."""
        ...

    def place_of(self, asker: Asker) -> str:
        """Where in the project it is asked, as people read it."""
        ...


listeners: list[Listener] = []


def who_hears() -> Listener | None:
    """The listener that hears now. Another thread may take the last one away at any instant."""
    try:
        return listeners[-1]
    except IndexError:
        return None


class _Busy(threading.local):
    on = False


_busy = _Busy()


class Listening:
    """While this is open the listener hears. The frame that opens it is the boundary to user code."""

    def __init__(self, listener: Listener, *boundary: CodeType) -> None:
        self._listener = listener
        self._boundary = boundary

    def __enter__(self) -> None:
        mark_boundary(*(self._boundary or (sys._getframe(1).f_code,)))
        listeners.append(self._listener)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        listeners.remove(self._listener)


def mark_boundary(*codes: CodeType) -> None:
    """Frames of this code stand between ours and the user's."""
    boundaries.update((id(code), code) for code in codes)


class Heard:
    """One thing that is asked for: at which frame, by whom, and where to note it."""

    __slots__ = ("asker", "frame", "listener", "notes")

    def __init__(self, frame: FrameType, listener: Listener, asker: Asker) -> None:
        self.frame = frame
        self.listener = listener
        self.asker = asker
        self.notes = listener.notes_for(asker)


class hearing:  # noqa: N801 - used as a function is
    """What is asked for at this frame, if it counts; nothing else is heard in this thread meanwhile."""

    __slots__ = ("_frame", "_heard")

    def __init__(self, frame: FrameType) -> None:
        self._frame = frame
        self._heard = False

    def __enter__(self) -> Heard | None:
        listener = None if _busy.on else who_hears()
        if listener is None:
            return None
        _busy.on = self._heard = True
        try:
            asker = find_asker(self._frame, listener.origin_of)
            return None if asker is None else Heard(self._frame, listener, asker)
        except BaseException:
            _busy.on = False
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._heard:
            _busy.on = False
