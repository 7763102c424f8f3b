"""How the values of a sample are distributed: all of it from one sorting. Knows no library of frames."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from cuvee.model.profile import PROBABILITIES, Histogram

Array = np.ndarray[Any, Any]

BINS = 20
MOST_TOP = 10


class Repeats(NamedTuple):
    """How often values repeat: how many are distinct, how many of these were met once, and the most
    frequent with their counts."""

    distinct: int
    once: int
    values: Array
    counts: list[int]


def quantiles_of(ordered: Array) -> tuple[float, ...]:
    """The quantiles of finite numbers in order, between two values in proportion; () of none."""
    if not ordered.size:
        return ()
    at = np.asarray(PROBABILITIES) * (ordered.size - 1)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, ordered.size - 1)
    share = at - below
    found = ordered[below] * (1 - share) + ordered[above] * share
    return tuple(found.tolist())


def histogram_of(ordered: Array) -> Histogram | None:
    """Twenty bins of equal width over finite numbers in order; None of none, or where they span too far."""
    if not ordered.size:
        return None
    low, high = float(ordered[0]), float(ordered[-1])
    if low == high:
        return Histogram(low, high, (ordered.size,))
    if not math.isfinite(high - low):
        return None
    at = np.searchsorted(ordered, np.linspace(low, high, BINS + 1)[1:-1])
    counts = np.diff(np.concatenate(([0], at, [ordered.size])))
    return Histogram(low, high, tuple(counts.tolist()))


def repeats_of(ordered: Array) -> Repeats:
    """How often values repeat, of any that are in order."""
    if not ordered.size:
        return Repeats(0, 0, ordered, [])
    differ = ordered[1:] != ordered[:-1]
    if differ.all():  # as measured numbers mostly do
        return Repeats(ordered.size, ordered.size, ordered[:MOST_TOP], [1] * min(ordered.size, MOST_TOP))
    starts = np.concatenate(([0], np.flatnonzero(differ) + 1))
    counts = np.diff(np.concatenate((starts, [ordered.size])))
    chosen = _most(counts)
    return Repeats(
        int(starts.size),
        int(np.count_nonzero(counts == 1)),
        ordered[starts[chosen]],
        counts[chosen].tolist(),
    )


def estimated_distinct(distinct: int, once: int, seen: int, of: int) -> int:
    """How many distinct values `of` values have, by a sample of `seen` (the first-order jackknife).

    Haas et al., "Sampling-based estimation of the number of distinct values", 1995.
    """
    if seen == of or not seen:
        return distinct
    unseen = (1 - seen / of) * once / seen
    return min(round(distinct / (1 - unseen)), of)


def _most(counts: Array) -> Array:
    """Where the greatest counts are, greatest first; of equals the first."""
    if counts.size > MOST_TOP:
        least = np.partition(counts, counts.size - MOST_TOP)[counts.size - MOST_TOP]
        above, equal = np.flatnonzero(counts > least), np.flatnonzero(counts == least)
        candidates = np.concatenate((above, equal[: MOST_TOP - above.size]))
    else:
        candidates = np.arange(counts.size)
    return candidates[np.argsort(-counts[candidates], kind="stable")]
