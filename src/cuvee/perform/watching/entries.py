"""Entries: what `os.scandir` gives to code of the project, with their size and time noted when asked for.

Names and kinds are in the listing; `entry.stat()` asks for more, in C, where nobody else could hear it.
"""

from __future__ import annotations

import os
import sys
from types import FrameType, TracebackType
from typing import Any

from cuvee.perform.watching.ear import hearing, listeners
from cuvee.perform.watching.standin import StandIn


class Entries(StandIn):
    """Stands in for `os.scandir`. Python's own walks get what they would get without it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        self._note(frame, args, kwargs)
        found = self.function(*args, **kwargs)
        return _Scan(found) if listeners and _is_direct(frame) else found


def _is_direct(frame: FrameType) -> bool:
    with hearing(frame) as heard:
        return heard is not None and heard.asker.direct and not heard.asker.through


class _Scan:
    """The iterator, which is a context manager too."""

    def __init__(self, scan: Any) -> None:
        self._scan = scan

    def __iter__(self) -> _Scan:
        return self

    def __next__(self) -> _Entry:
        return _Entry(next(self._scan))

    def __enter__(self) -> _Scan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._scan.close()


class _Entry:
    """An `os.DirEntry`, to `isinstance` as well."""

    __slots__ = ("_entry",)

    def __init__(self, entry: os.DirEntry[Any]) -> None:
        self._entry = entry

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return os.DirEntry

    def __fspath__(self) -> Any:
        return self._entry.path

    def __repr__(self) -> str:
        return repr(self._entry)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        with hearing(sys._getframe(1)) as heard:
            path = heard.listener.path_of(os.fsdecode(self._entry.path)) if heard is not None else None
            for notes in heard.notes if heard is not None and path is not None else ():
                notes.looked(path or "", "stat")
        return self._entry.stat(follow_symlinks=follow_symlinks)
