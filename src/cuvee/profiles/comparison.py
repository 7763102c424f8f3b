"""Two profiles, side by side: what moved between them, told without the values.

Pure, and plain Python: it needs no library of frames, and no value.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from cuvee.model.profile import ColumnProfile, Profile, Scalar
from cuvee.model.value import Value
from cuvee.profiles.curve import Curve, curve_of

T = TypeVar("T")

_BINS = 10
# What an empty bin counts as, in the stability index: a share of zero would make it infinite.
_LEAST_SHARE = 1e-4


class Moved(Value, frozen=True):
    """One number of a column, as it was and as it is; None where it is not known."""

    old: Scalar
    new: Scalar


class ColumnChange(Value, frozen=True):
    """What moved in a column that both have.

    Shares of nulls are of all rows. `distance` is the largest difference between both distributions
    (Kolmogorov and Smirnov's, 0 to 1; of categories half the sum of differences of their shares),
    `stability` the population stability index by tenths of the old one (beyond 0.2 is a lot). Both are
    estimates, and None where the profiles do not tell.
    """

    name: str
    dtype: tuple[str, str]
    null_share: Moved
    minimum: Moved
    maximum: Moved
    mean: Moved
    deviation: Moved
    median: Moved
    distinct: Moved
    distance: float | None
    stability: float | None

    @property
    def moved(self) -> bool:
        """Whether anything did."""
        numbers = (
            self.null_share,
            self.minimum,
            self.maximum,
            self.mean,
            self.deviation,
            self.median,
            self.distinct,
        )
        return self.dtype[0] != self.dtype[1] or bool(self.distance) or any(m.old != m.new for m in numbers)


class ProfileComparison(Value, frozen=True):
    """Two profiles: shapes, the columns that only one has, and those that both have in the new order."""

    type: tuple[str, str]
    shape: tuple[tuple[int, ...], tuple[int, ...]]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    columns: tuple[ColumnChange, ...]
    parameters: tuple[tuple[str, str | None, str | None], ...]
    weights: tuple[tuple[str, float | None, float | None], ...]


def compare_profiles(old: Profile, new: Profile) -> ProfileComparison:
    """What moved from one to the other. Columns go together by name; of one name, in order.

    `parameters` and `weights`, of models, are those that differ.
    """
    before, after = _by_name(old.columns), _by_name(new.columns)
    shared = [key for key in after if key in before]
    return ProfileComparison(
        (old.type, new.type),
        (old.shape, new.shape),
        tuple(name for name, count in after if (name, count) not in before),
        tuple(name for name, count in before if (name, count) not in after),
        tuple(compare_columns(before[key], after[key], old.rows, new.rows) for key in shared),
        _differing(dict(old.parameters), dict(new.parameters)),
        _differing(
            {weight.name: weight.value for weight in old.weights},
            {weight.name: weight.value for weight in new.weights},
        ),
    )


def compare_columns(old: ColumnProfile, new: ColumnProfile, old_rows: int, new_rows: int) -> ColumnChange:
    """What moved in one column, of so many rows."""
    distance, stability = _distances(old, new)
    return ColumnChange(
        new.name,
        (old.dtype, new.dtype),
        Moved(_share(old.nulls, old_rows), _share(new.nulls, new_rows)),
        Moved(old.minimum, new.minimum),
        Moved(old.maximum, new.maximum),
        Moved(old.mean, new.mean),
        Moved(old.deviation, new.deviation),
        Moved(_median(old), _median(new)),
        Moved(old.distinct, new.distinct),
        distance,
        stability,
    )


def _by_name(columns: Iterable[ColumnProfile]) -> dict[tuple[str, int], ColumnProfile]:
    """Columns by name and how many of that name come before."""
    met: defaultdict[str, int] = defaultdict(int)
    found = {}
    for column in columns:
        found[column.name, met[column.name]] = column
        met[column.name] += 1
    return found


def _share(count: int | None, rows: int) -> float | None:
    return None if count is None else count / rows if rows else 0.0


def _median(column: ColumnProfile) -> float | None:
    return column.quantiles[len(column.quantiles) // 2] if column.quantiles else None


def _distances(old: ColumnProfile, new: ColumnProfile) -> tuple[float | None, float | None]:
    shares = _shares(old), _shares(new)
    if shares[0] is not None and shares[1] is not None:
        return _of_shares(shares[0], shares[1])
    curves = curve_of(old), curve_of(new)
    if curves[0] is not None and curves[1] is not None and old.kind == new.kind:
        return _of_curves(curves[0], curves[1])
    return None, None


def _shares(column: ColumnProfile) -> dict[str, float] | None:
    """The share of each value, where the frequent ones are all that there are."""
    if not column.top or column.distinct is None or len(column.top) < column.distinct:
        return None
    return {top.value: top.count / column.seen for top in column.top}


def _of_shares(old: dict[str, float], new: dict[str, float]) -> tuple[float, float]:
    names = sorted(old.keys() | new.keys())
    pairs = [(old.get(name, 0.0), new.get(name, 0.0)) for name in names]
    return sum(abs(was - now) for was, now in pairs) / 2, _stability(pairs)


def _of_curves(old: Curve, new: Curve) -> tuple[float, float]:
    at = {x for curve in (old, new) for x, _ in curve.points}
    distance = max(max(abs(old.below(x) - new.below(x)), abs(old.up_to(x) - new.up_to(x))) for x in at)
    edges = sorted({old.quantile(step / _BINS) for step in range(1, _BINS)})
    return distance, _stability(list(zip(_binned(old, edges), _binned(new, edges), strict=True)))


def _binned(curve: Curve, edges: Sequence[float]) -> list[float]:
    """The share of values in each bin: up to the first edge, between two, beyond the last."""
    shares = [0.0, *(curve.up_to(edge) for edge in edges), 1.0]
    return [high - low for low, high in pairwise(shares)]


def _stability(pairs: Sequence[tuple[float, float]]) -> float:
    bounded = [(max(was, _LEAST_SHARE), max(now, _LEAST_SHARE)) for was, now in pairs]
    return sum((now - was) * math.log(now / was) for was, now in bounded)


def _differing(old: dict[str, T], new: dict[str, T]) -> tuple[tuple[str, T | None, T | None], ...]:
    names = [*new, *(name for name in old if name not in new)]
    return tuple((name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
