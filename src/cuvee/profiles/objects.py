"""A column of Python objects. Only values of Python's own classes are ordered or counted: a foreign
class may do anything when it is compared, and its text may hold an address."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from cuvee.model.profile import ColumnKind, ColumnProfile, Top
from cuvee.profiles.distribution import MOST_TOP, estimated_distinct
from cuvee.profiles.extremes import extremes_of
from cuvee.profiles.numbers import Named, describe_numbers
from cuvee.profiles.sampling import sampled_positions
from cuvee.profiles.texts import Texts

_NUMBERS = frozenset({int, float, bool})
_KINDS: dict[type, ColumnKind] = {
    str: "text",
    dt.date: "time",
    dt.datetime: "time",
    dt.timedelta: "duration",
    Decimal: "number",
    bool: "boolean",
}
_ORDERED = frozenset({str, bytes, int, Decimal, dt.date, dt.datetime, dt.time, dt.timedelta})
_COUNTED = _ORDERED | _NUMBERS


def describe_objects(column: Named, present: Sequence[Any], nulls: int, texts: Texts) -> ColumnProfile:
    """The profile of values none of which is missing; `nulls` are the others."""
    classes = set(map(type, present))
    if classes and classes <= _NUMBERS:
        numbers = _as_numbers(present, classes)
        if numbers is not None:
            return describe_numbers(column, numbers, extremes_of([numbers])[0], nulls, texts)
    kind = _KINDS.get(next(iter(classes)), "other") if len(classes) == 1 else "other"
    low, high, problem = _extremes(present, classes)
    profile = ColumnProfile(column.name, column.dtype, kind, nulls, problem=problem or _uncounted(classes))
    if low is not None:
        ends = texts.scalar(low), texts.scalar(high)
        profile = msgspec.structs.replace(profile, minimum=ends[0], maximum=ends[1])
    if not classes or not classes <= _COUNTED:
        return profile
    return count_objects(profile, sample_of(present), len(present), texts)


def count_objects(profile: ColumnProfile, sample: Sequence[Any], of: int, texts: Texts) -> ColumnProfile:
    """The profile with distinct and frequent values, from some of `of` values, all of them hashable."""
    # The class counts too: 1, True and 1.0 are equal.
    counts = Counter(zip(map(type, sample), sample, strict=True))
    once = sum(count == 1 for count in counts.values())
    frequent = counts.most_common(MOST_TOP) if once < len(counts) else []
    return msgspec.structs.replace(
        profile,
        distinct=estimated_distinct(len(counts), once, len(sample), of),
        top=tuple(Top(texts.cell(value), count) for (_, value), count in frequent),
        seen=len(sample),
        estimated=() if len(sample) == of else ("distinct", "top"),
    )


def sample_of(present: Sequence[Any]) -> Sequence[Any]:
    """The values that are looked at."""
    positions = sampled_positions(len(present))
    return present if positions is None else [present[at] for at in positions.tolist()]


def _as_numbers(present: Sequence[Any], classes: set[type]) -> Any:
    """The numbers as an array, exactly; None where that cannot be."""
    dtype = bool if classes == {bool} else np.int64 if float not in classes else np.float64
    try:
        return np.array(list(present), dtype)
    except OverflowError:
        return None


def _extremes(present: Sequence[Any], classes: set[type]) -> tuple[Any, Any, str]:
    """The least and the greatest, or why there is none."""
    if not classes:
        return None, None, ""
    if len(classes) > 1 or not classes <= _ORDERED:
        return None, None, "" if len(classes) == 1 else f"values of {len(classes)} classes have no order"
    try:
        return min(present), max(present), ""
    except (TypeError, ArithmeticError) as error:  # times with and without a zone, a decimal that is none
        return None, None, f"no order: {error}"


def _uncounted(classes: set[type]) -> str:
    names = sorted({cls.__name__ for cls in classes} - {cls.__name__ for cls in _COUNTED})
    return f"values of class {', '.join(names[:3])} are not looked into" if names else ""
