"""A column as Arrow has it: of a table of pyarrow, or behind a column of pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from cuvee.model.profile import ColumnKind, ColumnProfile
from cuvee.profiles.categories import describe_categories
from cuvee.profiles.extremes import extremes_of
from cuvee.profiles.numbers import Named, describe_numbers
from cuvee.profiles.objects import count_objects
from cuvee.profiles.sampling import sampled_positions
from cuvee.profiles.texts import Texts

_TEXT = (types.is_string, types.is_large_string, types.is_string_view)
_BYTES = (types.is_binary, types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary)


def describe_arrow(column: Named, values: Any, texts: Texts) -> ColumnProfile:
    """The profile of a ChunkedArray."""
    kind = values.type
    if types.is_dictionary(kind):
        return _described_categories(column, values, texts)
    values = _computable(values)
    nulls = values.null_count
    present = values.drop_null() if nulls else values
    numbers = _as_numpy(present)
    if numbers is not None:
        zone = types.is_timestamp(kind) and kind.tz is not None
        return describe_numbers(column._replace(zone=zone), numbers, extremes_of([numbers])[0], nulls, texts)
    if any(fits(kind) for fits in (*_TEXT, *_BYTES)) or types.is_decimal(kind) or types.is_time(kind):
        return _described_ordered(column, present, nulls, texts)
    problem = f"values of type {str(kind).partition('<')[0]} are not looked into"
    return ColumnProfile(column.name, column.dtype, "other", nulls, problem=problem if len(present) else "")


def _as_numpy(present: Any) -> Any:
    """Numbers, truth values, dates, times and durations without nulls as numpy has them; else None."""
    kind = present.type
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind):
        return _joined(present)
    if types.is_timestamp(kind):
        return _joined(present.cast(pa.int64())).view(f"M8[{kind.unit}]")
    if types.is_duration(kind):
        return _joined(present.cast(pa.int64())).view(f"m8[{kind.unit}]")
    if types.is_date32(kind):
        return _joined(present.cast(pa.int32())).astype(np.int64).view("M8[D]")
    if types.is_date64(kind):
        return _joined(present.cast(pa.int64())).view("M8[ms]")
    return None


def _joined(values: Any) -> Any:
    """All chunks as one array; no copy is made of a single one."""
    if values.num_chunks == 1:
        return values.chunk(0).to_numpy(zero_copy_only=False)
    return values.to_numpy()


def _described_ordered(column: Named, present: Any, nulls: int, texts: Texts) -> ColumnProfile:
    """Texts, bytes, decimals and times of the day: extremes of all, the rest of a sample."""
    kinds: ColumnKind = "text" if any(fits(present.type) for fits in _TEXT) else "other"
    if types.is_decimal(present.type):
        kinds = "number"
    if not len(present):
        return ColumnProfile(column.name, column.dtype, kinds, nulls)
    ends = pc.min_max(present)
    low, high = (ends[end].as_py() for end in ("min", "max"))
    profile = ColumnProfile(column.name, column.dtype, kinds, nulls, texts.scalar(low), texts.scalar(high))
    positions = sampled_positions(len(present))
    sample = (present if positions is None else present.take(pa.array(positions))).to_pylist()
    return count_objects(profile, sample, len(present), texts)


def _computable(present: Any) -> Any:
    """The same values in a form that Arrow has its functions for."""
    if types.is_string_view(present.type):
        return present.cast(pa.large_string())
    return present.cast(pa.large_binary()) if types.is_binary_view(present.type) else present


def _described_categories(column: Named, values: Any, texts: Texts) -> ColumnProfile:
    counts = pc.value_counts(values)
    pairs = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    met = {value: count for value, count in pairs if value is not None}
    return describe_categories(column, met, (), len(values) - sum(met.values()), texts)
