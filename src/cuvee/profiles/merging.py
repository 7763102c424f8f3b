"""Profiles of parts, put together: of the chunks of a stream, of the shares of a frame.

Counts, extremes and means stay exact where they were; what a distribution tells is mixed by weight.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any

from cuvee.model.profile import PROBABILITIES, ColumnKind, ColumnProfile, Histogram, Profile, Scalar, Top
from cuvee.profiles.curve import Curve, curve_of, mixed

BINS = 20
_MOST_TOP = 10
_MIXED = ("distinct", "quantiles", "histogram", "top")


class CannotMerge(ValueError):
    """The profiles are not of parts of one thing; the message says what differs."""


def merge_profiles(first: Profile, *others: Profile) -> Profile:
    """The profile of all rows together, in this order. Raises CannotMerge for other columns or kinds."""
    return reduce(_merged, others, first)


def _merged(one: Profile, two: Profile) -> Profile:
    if (one.kind, one.type, one.width) != (two.kind, two.type, two.width) or one.kind in ("model", "object"):
        raise CannotMerge(f"{one.type} of {one.width} columns and {two.type} of {two.width}")
    if [column.name for column in one.columns] != [column.name for column in two.columns]:
        raise CannotMerge("the columns have other names")
    return Profile(
        one.kind,
        one.type,
        shape=(one.rows + two.rows, *one.shape[1:]),
        columns=tuple(
            merge_columns(first, one.rows, second, two.rows)
            for first, second in zip(one.columns, two.columns, strict=True)
        ),
        width=one.width,
        preview=one.preview if one.rows else two.preview,
        facts=tuple(fact for fact in one.facts if fact in two.facts),
        problem=one.problem or two.problem,
    )


def merge_columns(one: ColumnProfile, one_rows: int, two: ColumnProfile, two_rows: int) -> ColumnProfile:
    """The profile of both parts of a column, of so many rows each."""
    known = _known(one, one_rows), _known(two, two_rows)
    if not known[0] or not known[1]:
        full = two if not known[0] else one
        return _replaced(full, nulls=_sum(one.nulls, two.nulls), problem=one.problem or two.problem)
    curves = curve_of(one), curve_of(two)
    both = None
    if curves[0] is not None and curves[1] is not None:
        both = mixed([(curves[0], known[0]), (curves[1], known[1])])
    return ColumnProfile(
        one.name,
        one.dtype if one.dtype == two.dtype else f"{one.dtype}, {two.dtype}",
        one.kind if one.kind == two.kind else "other",
        _sum(one.nulls, two.nulls),
        _end(one, two, "minimum", greater=False),
        _end(one, two, "maximum", greater=True),
        one.infinite + two.infinite,
        _mean(one, two, known),
        _deviation(one, two, known),
        _distinct(one, two),
        () if both is None else tuple(both.quantile(share) for share in PROBABILITIES),
        None if both is None else _histogram(both, one.seen + two.seen),
        _top(one, two, known),
        one.seen + two.seen,
        tuple(sorted({*one.estimated, *two.estimated, *_MIXED})),
        one.problem or two.problem,
    )


def _replaced(column: ColumnProfile, **fields: object) -> ColumnProfile:
    known = {name: getattr(column, name) for name in column.__struct_fields__}
    return ColumnProfile(**{**known, **fields})


def _known(column: ColumnProfile, rows: int) -> int:
    return rows - (column.nulls or 0)


def _sum(one: int | None, two: int | None) -> int | None:
    return None if one is None or two is None else one + two


def _end(one: ColumnProfile, two: ColumnProfile, end: str, greater: bool) -> Scalar:
    """The lesser or the greater of two ends; None where one is not known, or nobody can tell."""
    ends: list[Scalar] = [getattr(one, end), getattr(two, end)]
    if None in ends or one.kind != two.kind:
        return None
    try:
        return sorted(ends, key=_ORDERS.get(one.kind, str))[greater]
    except (TypeError, ValueError):  # one of them is hidden
        return None


def _number(value: Scalar) -> float:
    """Of a number that may be told as text: an infinity, one of more than 64 bits."""
    return float(value)  # type: ignore[arg-type]


def _seconds(value: Scalar) -> float:
    """Of a span: `-2 days 03:00:00.5`."""
    text = str(value)
    *days, clock = text.lstrip("-").split(" days ")
    hours, minutes, seconds = clock.split(":")
    length = int(days[0]) * 86400 if days else 0
    length += int(hours) * 3600 + int(minutes) * 60
    return (length + float(seconds)) * (-1 if text.startswith("-") else 1)


_ORDERS: dict[ColumnKind, Callable[[Scalar], Any]] = {
    "number": _number,
    "boolean": _number,
    "duration": _seconds,
}


def _mean(one: ColumnProfile, two: ColumnProfile, known: tuple[int, int]) -> float | None:
    if one.mean is None or two.mean is None:
        return None
    mean = (one.mean * known[0] + two.mean * known[1]) / sum(known)
    return mean if math.isfinite(mean) else None


def _deviation(one: ColumnProfile, two: ColumnProfile, known: tuple[int, int]) -> float | None:
    if one.mean is None or two.mean is None or one.deviation is None or two.deviation is None:
        return None
    # By lengths and not by squares, which numbers beyond 1e154 do not have.
    shares = [math.sqrt(count / sum(known)) for count in known]
    between = (one.mean - two.mean) * shares[0] * shares[1]
    deviation = math.hypot(one.deviation * shares[0], two.deviation * shares[1], between)
    return deviation if math.isfinite(deviation) else None


def _distinct(one: ColumnProfile, two: ColumnProfile) -> int | None:
    """Between the larger of both and their sum: nobody can tell how many values they share. Where the
    frequent ones are all that there are, they are counted."""
    if one.distinct is None or two.distinct is None:
        return None
    names = {top.value for top in (*one.top, *two.top)}
    if len(one.top) >= one.distinct and len(two.top) >= two.distinct:
        return len(names)
    return max(one.distinct, two.distinct)


def _top(one: ColumnProfile, two: ColumnProfile, known: tuple[int, int]) -> tuple[Top, ...]:
    """The frequent values of both, their counts as of one sample."""
    counts: Counter[str] = Counter()
    seen = one.seen + two.seen
    for column, rows in zip((one, two), known, strict=True):
        for top in column.top:
            counts[top.value] += top.count * rows * seen / (max(column.seen, 1) * sum(known))  # type: ignore[assignment]
    return tuple(Top(value, round(count)) for value, count in counts.most_common(_MOST_TOP))


def _histogram(curve: Curve, seen: int) -> Histogram | None:
    low, high = curve.points[0][0], curve.points[-1][0]
    if not math.isfinite(high - low) or low == high:
        return Histogram(low, high, (seen,)) if low == high else None
    edges = [low + (high - low) * step / BINS for step in range(1, BINS)]
    shares = [0.0, *map(curve.below, edges), 1.0]
    ups = [round(share * seen) for share in shares]
    return Histogram(low, high, tuple(after - before for before, after in pairwise(ups)))
