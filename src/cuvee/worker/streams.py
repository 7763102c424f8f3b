"""The streams of a worker: text that Python prints goes to the capture and to nowhere else.

What is printed by other means goes to the descriptors, which the run's process reads; so does what
Python prints in a copy of the worker that a call has made.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

from cuvee.perform.stream import StreamBefore


class _Silent(StreamBefore):
    """Takes text and drops it: the capture, which stands before it, has told of it. In a copy of this
    process nobody has."""

    def __init__(self, behind: TextIO) -> None:
        super().__init__(behind)
        self._process = os.getpid()

    def write(self, text: str, /) -> int:
        if os.getpid() != self._process:
            self._behind.write(text)
        return len(text)


def take_streams() -> None:
    """Put streams of the worker's own in the place of those that it inherited."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = _Silent(_descriptor(number))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _descriptor(number: int) -> TextIO:
    return io.TextIOWrapper(
        open(number, "wb", buffering=0, closefd=False),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,  # lines of several copies stay whole
    )
