"""Which rows are looked at where all would be too many: the same ones every time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

MOST_ROWS = 100_000
"""So many rows are all looked at."""

SAMPLED_ROWS = 1 << 15
"""So many are of more. The one in the middle of them is off by a third of a percent of the rows, and to put
three times as many in order takes longer than all else that a column is asked."""

Positions = np.ndarray[Any, np.dtype[np.int64]]


@lru_cache(maxsize=2)
def sampled_positions(rows: int) -> Positions | None:
    """One row of each of 32,768 stretches of equal length, in order; None where all rows are to be taken."""
    if rows <= MOST_ROWS:
        return None
    starts = np.arange(SAMPLED_ROWS + 1) * rows // SAMPLED_ROWS
    within = _scattered(np.arange(SAMPLED_ROWS)) * np.diff(starts)
    return starts[:-1] + within.astype(np.int64)


def _scattered(numbers: Positions) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A number from 0 up to 1 for each, as if drawn: any rule that is simpler falls in step with some period
    of the data, and never meets what lies beside it.

    The mixing of splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    """
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
