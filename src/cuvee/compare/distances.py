"""How far one distribution is from another, from what two profiles tell. No value is read."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from cuvee.model.profile import PROBABILITIES, ColumnProfile, Histogram

# A share that is nothing would make the index infinite.
_LEAST_SHARE = 1e-4

_BINS = 20


def stability_index(a: ColumnProfile, b: ColumnProfile) -> float | None:
    """The population stability index, over tenths of `a` or its most frequent values; None where
    these are not known. Below 0.1 is commonly called stable, above 0.25 another population.
    """
    if a.quantiles and b.quantiles:
        edges = sorted(set(a.quantiles[2:-1:2]))
        return _index(_shares(a.quantiles, edges), _shares(b.quantiles, edges))
    if a.top and b.top and a.seen and b.seen:
        names = list(dict.fromkeys(top.value for top in a.top))
        return _index(_frequencies(a, names), _frequencies(b, names))
    return None


def kolmogorov_smirnov(a: ColumnProfile, b: ColumnProfile) -> float | None:
    """The greatest distance between the two distribution functions, from 0 to 1; None where the
    profiles have no quantiles."""
    if not (a.quantiles and b.quantiles):
        return None
    points = sorted({*a.quantiles, *b.quantiles})
    return max(
        abs(below(a.quantiles, point) - below(b.quantiles, point))
        for point in points
        for below in (share_below, share_up_to)
    )


def share_up_to(quantiles: Sequence[float], point: float) -> float:
    """The share of values up to a point, between two quantiles in proportion."""
    at = bisect_right(quantiles, point)
    return _between(quantiles, at, point)


def share_below(quantiles: Sequence[float], point: float) -> float:
    """The share of values less than a point, likewise."""
    at = bisect_left(quantiles, point)
    return _between(quantiles, at, point)


def common_bins(a: Histogram, b: Histogram) -> tuple[Histogram, Histogram]:
    """Both over one range, so that they can be seen beside each other; counts go into bins in proportion."""
    low, high = min(a.low, b.low), max(a.high, b.high)
    return tuple(_rebinned(each, low, high) for each in (a, b))  # type: ignore[return-value]


def _rebinned(histogram: Histogram, low: float, high: float) -> Histogram:
    if (histogram.low, histogram.high) == (low, high) or not math.isfinite(high - low):
        return histogram
    step = (histogram.high - histogram.low) / len(histogram.counts)
    width = (high - low) / _BINS
    found = [0.0] * _BINS
    for number, count in enumerate(histogram.counts):
        start = (histogram.low + number * step - low) / width
        end = start + step / width
        for at in range(max(int(start), 0), min(int(end), _BINS - 1) + 1):
            overlap = min(end, at + 1) - max(start, at)
            share = overlap / (end - start) if end > start else 1.0
            found[min(at, _BINS - 1)] += count * max(share, 0.0)
    return Histogram(low, high, tuple(math.ceil(count) if count > 1e-9 else 0 for count in found))


def _between(quantiles: Sequence[float], at: int, point: float) -> float:
    if at == 0:
        return 0.0
    if at == len(quantiles):
        return 1.0
    low, high = quantiles[at - 1], quantiles[at]
    part = (point - low) / (high - low) if high > low else 0.0
    return PROBABILITIES[at - 1] + part * (PROBABILITIES[at] - PROBABILITIES[at - 1])


def _shares(quantiles: Sequence[float], edges: Sequence[float]) -> list[float]:
    ends = [0.0, *(share_up_to(quantiles, edge) for edge in edges), 1.0]
    return [high - low for low, high in pairwise(ends)]


def _frequencies(column: ColumnProfile, names: Sequence[str]) -> list[float]:
    known = {top.value: top.count / column.seen for top in column.top}
    shares = [known.get(name, 0.0) for name in names]
    return [*shares, max(1.0 - sum(shares), 0.0)]


def _index(a: Sequence[float], b: Sequence[float]) -> float:
    total = 0.0
    for one, other in zip(a, b, strict=True):
        if one < _LEAST_SHARE and other < _LEAST_SHARE:
            continue
        before, after = max(one, _LEAST_SHARE), max(other, _LEAST_SHARE)
        total += (after - before) * math.log(after / before)
    return total
