"""Noise: the interval that a mean lies in, from repeated measurements of it. Pure.

That a difference of two models has to be measured against what chance alone does is shown by Bouthillier
et al., "Accounting for variance in machine learning benchmarks" (2021, arXiv 2103.03098).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

# Student's t at 97.5 %, for 1, 2, 3 … degrees of freedom; beyond them the normal distribution's.
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
_NORMAL = 1.960


class Interval(NamedTuple):
    """Where the true mean lies nineteen times out of twenty; both None where that cannot be told."""

    low: float | None
    high: float | None

    @property
    def has_nothing(self) -> bool:
        """Whether it may be nothing at all."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


UNKNOWN = Interval(None, None)


def interval_of(measured: Sequence[float]) -> Interval:
    """The interval of the mean of these; unknown from less than two of them."""
    return _around(measured, _variance(measured)) if len(measured) > 1 else UNKNOWN


def widened(mean: float, intervals: Sequence[Interval]) -> Interval:
    """One interval out of several that come from independent sources of error, around one mean."""
    halves = [
        (each.high - each.low) / 2 for each in intervals if each.low is not None and each.high is not None
    ]
    if not halves:
        return UNKNOWN
    half = math.hypot(*halves)
    return Interval(mean - half, mean + half)


def mean_of(measured: Sequence[float]) -> float:
    """Their mean: of equal numbers that number, which a sum of them may miss by a rounding."""
    return measured[0] if min(measured) == max(measured) else math.fsum(measured) / len(measured)


def _around(measured: Sequence[float], variance: float) -> Interval:
    count = len(measured)
    mean = mean_of(measured)
    t = _T[count - 2] if count - 2 < len(_T) else _NORMAL
    half = t * math.sqrt(variance / count)
    return Interval(mean - half, mean + half)


def _variance(measured: Sequence[float]) -> float:
    mean = mean_of(measured)
    return math.fsum((each - mean) ** 2 for each in measured) / (len(measured) - 1)
