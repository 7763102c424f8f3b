"""The distribution that a profile tells of: which share of the values lies up to a point.

Quantiles and histogram are both points of one curve. A value that many rows have is a step in it.
Plain Python: profiles are compared where no numpy is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from cuvee.model.profile import PROBABILITIES, ColumnProfile

Point = tuple[float, float]


class Curve:
    """The share of the finite values up to `x`, between known points in proportion."""

    def __init__(self, points: list[Point]) -> None:
        self._at = [at for at, _ in points]
        self._share = [share for _, share in points]

    @property
    def points(self) -> list[Point]:
        """What is known of it, in order."""
        return list(zip(self._at, self._share, strict=True))

    def below(self, x: float) -> float:
        """The share of values less than `x`."""
        return self._read(x, bisect_left(self._at, x))

    def up_to(self, x: float) -> float:
        """The share of values of at most `x`."""
        after = bisect_right(self._at, x)
        return self._share[after - 1] if after and self._at[after - 1] == x else self._read(x, after)

    def quantile(self, share: float) -> float:
        """The least value up to which that share lies."""
        after = bisect_left(self._share, share)
        if after == 0:
            return self._at[0]
        if after == len(self._share):
            return self._at[-1]
        (low, before), (high, behind) = self._step(after)
        part = (share - before) / (behind - before)
        return low + (high - low) * part if part < 1 else high

    def _step(self, after: int) -> tuple[Point, Point]:
        """The point before a place, and the one there."""
        at, share = self._at, self._share
        return (at[after - 1], share[after - 1]), (at[after], share[after])

    def _read(self, x: float, after: int) -> float:
        """The share at `x`, the first point not before which is `after`."""
        if after == 0:
            return 0.0
        if after == len(self._at):
            return 1.0
        (low, before), (high, behind) = self._step(after)
        return behind if high == low else before + (behind - before) * (x - low) / (high - low)


def curve_of(column: ColumnProfile) -> Curve | None:
    """The distribution of a column's numbers; None where the profile does not tell it."""
    if not column.quantiles:
        return None
    points = set(zip(column.quantiles, PROBABILITIES, strict=True))
    histogram = column.histogram
    if histogram is not None and histogram.high > histogram.low:
        seen, total = 0, sum(histogram.counts)
        width = (histogram.high - histogram.low) / len(histogram.counts)
        for at, count in enumerate(histogram.counts[:-1], start=1):
            seen += count
            points.add((histogram.low + at * width, seen / total))
    return Curve(_rising(sorted(points)))


def mixed(curves: list[tuple[Curve, float]]) -> Curve:
    """The distribution of values that come from several, each with its weight."""
    total = sum(weight for _, weight in curves)
    at = sorted({x for curve, _ in curves for x, _ in curve.points})
    points: list[Point] = []
    for x in at:
        points.append((x, sum(curve.below(x) * weight for curve, weight in curves) / total))
        points.append((x, sum(curve.up_to(x) * weight for curve, weight in curves) / total))
    return Curve(_rising(points))


def _rising(points: list[Point]) -> list[Point]:
    """The points, none lower than the one before: roundings apart they are in order."""
    rising: list[Point] = []
    highest = 0.0
    for at, share in points:
        highest = max(highest, share)
        rising.append((at, highest))
    return rising
