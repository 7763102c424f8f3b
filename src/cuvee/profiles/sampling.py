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

# What the golden ratio adds, modulo 1, never falls in step with a period of the data.
_GOLDEN = 0.6180339887498949


@lru_cache(maxsize=2)
def sampled_positions(rows: int) -> Positions | None:
    """One row of each of 32,768 stretches of equal length, in order; None where all rows are to be taken."""
    if rows <= MOST_ROWS:
        return None
    stretches = np.arange(SAMPLED_ROWS)
    within = (stretches * _GOLDEN) % 1.0
    return np.minimum(((stretches + within) * (rows / SAMPLED_ROWS)).astype(np.int64), rows - 1)
