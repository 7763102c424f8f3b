"""Typed: what a person types while a call runs, or pipes in. There is nothing to compare it with."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from cuvee.perform.watching.ear import hearing, listeners


def stand_ins() -> list[tuple[Any, str, Any]]:
    """What to put where: (owner, name, stand-in)."""
    return [] if sys.stdin is None else [(sys, "stdin", _Watched(sys.stdin))]


class _Watched(io.TextIOBase):
    """Standard input, but that each time it is read is noted."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind

    def read(self, *size: Any) -> str:
        _note(sys._getframe(1))
        return str(self._behind.read(*size))

    def readline(self, *size: Any) -> str:  # type: ignore[override]
        _note(sys._getframe(1))
        return str(self._behind.readline(*size))

    def readlines(self, *hint: Any) -> list[str]:  # type: ignore[override]
        _note(sys._getframe(1))
        return list(self._behind.readlines(*hint))

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        _note(sys._getframe(1))
        return iter(self._behind)

    def __next__(self) -> str:  # type: ignore[override]
        _note(sys._getframe(1))
        return str(next(self._behind))

    @property
    def buffer(self) -> Any:
        _note(sys._getframe(1))
        return self._behind.buffer

    def fileno(self) -> int:
        return int(self._behind.fileno())

    def isatty(self) -> bool:
        return bool(self._behind.isatty())

    def readable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return str(self._behind.encoding)

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return None if self._behind.errors is None else str(self._behind.errors)

    def close(self) -> None:
        """What many read is not one reader's to close."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)


def _note(frame: FrameType) -> None:
    if not listeners:
        return
    with hearing(frame) as heard:
        if heard is not None:
            where = f" ({heard.listener.place_of(heard.asker)})" if heard.asker.file else ""
            for notes in heard.notes:
                notes.asked_outside(f"it read from the standard input{where}")
