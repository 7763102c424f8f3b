"""A column of numbers, truth values or times, as numpy has it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from cuvee.model.profile import ColumnKind, ColumnProfile, Top
from cuvee.profiles.distribution import (
    Repeats,
    estimated_distinct,
    histogram_of,
    quantiles_of,
    repeats_of,
)
from cuvee.profiles.extremes import Extremes
from cuvee.profiles.moments import moment_text, seconds_per_tick, span_text
from cuvee.profiles.sampling import sampled_positions
from cuvee.profiles.texts import Texts

Array = np.ndarray[Any, Any]
Dtype = np.dtype[Any]

KINDS = "biufmM"
"""The kinds of dtype that are described here: truth values, whole and other numbers, spans, times."""

FROM_SAMPLE = ("deviation", "distinct", "quantiles", "histogram", "top")
"""What is estimated where not all values were looked at."""

_KINDS: dict[str, ColumnKind] = {"b": "boolean", "m": "duration", "M": "time"}


class Named(NamedTuple):
    """A column of a frame: its name and dtype as they are shown. `zone`: its times are in UTC."""

    name: str
    dtype: str
    zone: bool = False


def describe_numbers(
    column: Named, values: Array, extremes: Extremes, nulls: int, texts: Texts
) -> ColumnProfile:
    """The profile of values that numpy orders; `nulls` are missing beside those in `extremes`."""
    dtype = values.dtype
    kind: ColumnKind = _KINDS.get(dtype.kind, "number")
    nulls += extremes.missing
    known = values.size - extremes.missing
    if not known:
        return ColumnProfile(column.name, column.dtype, kind, nulls)
    ordered = _ordered(values, extremes.missing)
    finite = _finite(ordered)
    repeats = repeats_of(ordered)
    infinite = 0 if _is_finite(extremes) else int(np.count_nonzero(np.isinf(values)))
    exact = ordered.size == known

    def python(value: Any) -> Any:
        return _python(value, dtype, column.zone)

    # Quantiles begin and end with the extremes: they would tell what these must not.
    hidden = texts.hides(python(extremes.low)) or texts.hides(python(extremes.high))
    spread = finite[:0] if hidden or kind == "boolean" else finite
    return ColumnProfile(
        column.name,
        column.dtype,
        kind,
        nulls,
        texts.scalar(python(extremes.low)),
        texts.scalar(python(extremes.high)),
        infinite,
        _mean(extremes, finite, known, by_sample=kind in ("time", "duration") or infinite > 0),
        _finite_or_none(float(spread.std())) if spread.size else None,
        estimated_distinct(repeats.distinct, repeats.once, ordered.size, known),
        quantiles_of(spread),
        histogram_of(spread),
        _top(repeats, python, texts),
        ordered.size,
        () if exact else _estimated(kind, infinite),
    )


def _ordered(values: Array, missing: int) -> Array:
    """The values looked at, none of them missing, in order."""
    positions = sampled_positions(values.size)
    if positions is None:
        return np.sort(_present(values, missing))
    # In place: memory that was not touched before costs as much as what is done with it.
    sample = _present(values[positions], missing)
    sample.sort()
    return sample


def _present(sample: Array, missing: int) -> Array:
    if not missing:
        return sample
    return sample[~np.isnat(sample)] if sample.dtype.kind in "mM" else sample[sample == sample]


def _finite(ordered: Array) -> Array:
    """The finite ones as float64, in order; of times and spans the seconds."""
    if ordered.dtype.kind in "mM":
        return ordered.view(np.int64) * seconds_per_tick(ordered.dtype)
    numbers = ordered.astype(np.float64, copy=False)
    if np.isfinite(numbers[:1]).all() and np.isfinite(numbers[-1:]).all():
        return numbers
    return numbers[np.isfinite(numbers)]


def _is_finite(extremes: Extremes) -> bool:
    return bool(np.isfinite(extremes.low) and np.isfinite(extremes.high))


def _mean(extremes: Extremes, finite: Array, known: int, *, by_sample: bool) -> float | None:
    """Of all values where their sum is to be had, else of those looked at."""
    mean = float(finite.mean()) if by_sample and finite.size else extremes.total / known
    return _finite_or_none(mean)


def _finite_or_none(value: float) -> float | None:
    """None for what is beyond the largest number."""
    return value if np.isfinite(value) else None


def _estimated(kind: ColumnKind, infinite: int) -> tuple[str, ...]:
    if kind == "boolean":
        return ("top",)
    return ("mean", *FROM_SAMPLE) if kind in ("time", "duration") or infinite else FROM_SAMPLE


def _top(repeats: Repeats, python: Any, texts: Texts) -> tuple[Top, ...]:
    """The most frequent values; none where no value was met twice."""
    if repeats.distinct == repeats.once:
        return ()
    shown = [texts.cell(python(value)) for value in repeats.values]
    return tuple(Top(text, count) for text, count in zip(shown, repeats.counts, strict=True))


def _python(value: Any, dtype: Dtype, zone: bool) -> Any:
    """A value as Python has it; a time or a span as text, to the last digit."""
    if dtype.kind in "mM":
        ticks = int(np.asarray(value).view(np.int64))
        return moment_text(ticks, dtype, zone) if dtype.kind == "M" else span_text(ticks, dtype)
    plain = value.item()
    return float(value) if isinstance(plain, np.longdouble) else plain
