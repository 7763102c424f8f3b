"""The exact part of a profile of numbers: one pass over all of them, a piece at a time.

A piece stays in the processor's cache while minimum, maximum and sum are taken of it, so the
whole costs about one reading of memory. numpy lets other threads go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

_PIECE = 1 << 16
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
    found = [_Running(column) for column in columns]
    apart = [one for one in found if not one.column.flags.c_contiguous]
    for one in found:
        if one.column.flags.c_contiguous:
            _pass([one], _PIECE)
    if apart:
        # Columns of one row-major block: a piece of all of them is in the cache at once.
        _pass(apart, max(_PIECE // len(apart), 1024))
    return [one.extremes() for one in found]


def _pass(running: Sequence[_Running], piece: int) -> None:
    rows = max((one.column.size for one in running), default=0)
    with np.errstate(all="ignore"):
        for start in range(0, rows, piece):
            for one in running:
                one.take(np.ascontiguousarray(one.column[start : start + piece]))


class _Running:
    """Extremes of what has been seen of a column so far."""

    def __init__(self, column: Array) -> None:
        self.times = column.dtype.kind in "mM"
        self.column = column.view(np.int64) if self.times else column
        self._floats = column.dtype.kind == "f"
        self._low: Any = None
        self._high: Any = None
        self._missing = 0
        self._total = 0.0

    def take(self, piece: Array) -> None:
        low = piece.min() if piece.size else None
        if (self.times and low == _NOT_A_TIME) or (self._floats and low != low):
            present = piece[piece != _NOT_A_TIME] if self.times else piece[piece == piece]
            self._missing += piece.size - present.size
            piece = present
            low = piece.min() if piece.size else None
        if low is None:
            return
        high = piece.max()
        self._low = low if self._low is None or low < self._low else self._low
        self._high = high if self._high is None or high > self._high else self._high
        if not self.times:
            self._total += float(piece.sum(dtype=np.float64))

    def extremes(self) -> Extremes:
        return Extremes(self._low, self._high, self._missing, self._total)
