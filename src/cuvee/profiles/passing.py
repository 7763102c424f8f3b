"""Passing: columns are looked at while their bytes pass by for another reason.

To digest a column reads all of it. Whoever does so has each piece looked at first, and finds it in the
processor's cache: both together take little longer than to digest alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from cuvee.model.digest import PIECE
from cuvee.profiles.extremes import Extremes, Running, extremes_of

Array = np.ndarray[Any, Any]

Look = Callable[[int, int], None]
"""Looks at what lies from one byte of a column to before another."""


class Passing:
    """Columns of numbers that are to be looked at as they pass by, known by where they lie in memory.

    Nobody may write to them as long as this is there.
    """

    def __init__(self, columns: Iterable[Array]) -> None:
        self._awaited = {
            _place(column): (column.dtype, Running(column))
            for column in columns
            if column.flags.c_contiguous and column.nbytes >= PIECE and not PIECE % column.dtype.itemsize
        }
        self._seen: dict[tuple[int, int, str], Running] = {}

    def look_at(self, view: memoryview) -> Look | None:
        """What `digest_passing` is to call, of these bytes; None where they are of no column that is still
        awaited. From any thread."""
        place = _place(np.frombuffer(view, np.uint8))
        dtype, running = self._awaited.pop(place, (None, None))
        if dtype is None or running is None:
            return None
        self._seen[(*place, dtype.str)] = running
        size, take = running.itemsize, running.take
        return lambda start, stop: take(start // size, stop // size)

    def extremes_of(self, columns: Sequence[Array]) -> list[Extremes]:
        """What `extremes_of` gives; of those columns that have passed by, without another look."""
        passed = [self._passed(column) for column in columns]
        others = iter(extremes_of([column for column, seen in zip(columns, passed, strict=True) if not seen]))
        return [seen.extremes() if seen else next(others) for seen in passed]

    def _passed(self, column: Array) -> Running | None:
        running = self._seen.get((*_place(column), column.dtype.str)) if column.flags.c_contiguous else None
        return running if running is not None and running.seen == column.size else None


def _place(column: Array) -> tuple[int, int]:
    return column.__array_interface__["data"][0], column.nbytes
