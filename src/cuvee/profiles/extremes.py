"""The exact part of a profile of numbers: one pass over all of them, a piece at a time.

A piece stays in the processor's cache while minimum, maximum and sum are taken of it, so the
whole costs about one reading of memory; and next to nothing where something else that reads a piece
has it looked at right then. numpy lets other threads go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from cuvee.model.digest import PIECE

Array = np.ndarray[Any, Any]

_TOGETHER_ROWS = 1 << 16
_NOT_A_TIME = np.iinfo(np.int64).min


class Extremes(NamedTuple):
    """Of one column: the least and greatest of what is not missing (None where all is), how many
    are missing, and the sum of the others."""

    low: Any
    high: Any
    missing: int
    total: float


def extremes_of(columns: Sequence[Array]) -> list[Extremes]:
    """Of columns of real numbers, truth values or times (these as int64), of any stride and one length."""
    found = [Running(column) for column in columns]
    apart = [one for one in found if not one.is_whole]
    for one in found:
        if one.is_whole:
            # Where pieces begin decides the last bit of a sum: it is the same where a digest is taken.
            _pass([one], max(PIECE // one.itemsize, 1))
    if apart:
        # Columns of one row-major block: a piece of all of them is in the cache at once.
        _pass(apart, max(_TOGETHER_ROWS // len(apart), 1024))
    return [one.extremes() for one in found]


def _pass(running: Sequence[Running], piece: int) -> None:
    rows = max((one.rows for one in running), default=0)
    for start in range(0, rows, piece):
        for one in running:
            one.take(start, start + piece)


class Running:
    """Extremes of what has been seen of a column so far."""

    def __init__(self, column: Array) -> None:
        self._times = column.dtype.kind in "mM"
        self._column = column.view(np.int64) if self._times else column
        self._floats = column.dtype.kind == "f"
        self._low: Any = None
        self._high: Any = None
        self._missing = 0
        self._total = 0.0
        self.rows = column.size
        self.itemsize = column.dtype.itemsize
        self.is_whole = column.flags.c_contiguous
        self.seen = 0  # rows that were taken

    def take(self, start: int, stop: int) -> None:
        """Look at the rows from `start` to before `stop`."""
        piece = self._column[start:stop]
        self.seen += piece.size
        with np.errstate(all="ignore"):
            self._take(piece if self.is_whole else np.ascontiguousarray(piece))

    def _take(self, piece: Array) -> None:
        # Methods of arrays would take a microsecond more each, of Python's time, which threads share.
        low = np.minimum.reduce(piece) if piece.size else None
        if (self._times and low == _NOT_A_TIME) or (self._floats and low != low):
            present = piece[piece != _NOT_A_TIME] if self._times else piece[piece == piece]
            self._missing += piece.size - present.size
            piece = present
            low = np.minimum.reduce(piece) if piece.size else None
        if low is None:
            return
        high = np.maximum.reduce(piece)
        self._low = low if self._low is None or low < self._low else self._low
        self._high = high if self._high is None or high > self._high else self._high
        if not self._times:
            self._total += float(np.add.reduce(piece, dtype=np.float64))

    def extremes(self) -> Extremes:
        return Extremes(self._low, self._high, self._missing, self._total)
