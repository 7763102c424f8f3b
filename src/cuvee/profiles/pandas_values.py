"""Frames, series and indexes of pandas. Columns are looked at one by one: to ask for all values at
once would copy them, or join blocks that are apart."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from cuvee.codecs.text import class_name
from cuvee.model.profile import ColumnProfile, Preview, Profile
from cuvee.profiles.categories import describe_categories
from cuvee.profiles.columns import (
    MOST_COLUMNS,
    NOTHING,
    Beforehand,
    Numbers,
    Others,
    Source,
    describe_columns,
    sources_of,
)
from cuvee.profiles.numbers import KINDS, Named
from cuvee.profiles.objects import describe_objects
from cuvee.profiles.preview import MOST_CELLS, MOST_ROWS, preview_of
from cuvee.profiles.texts import Texts

# Shorter columns stay in the processor's cache from one look to the next.
_LEAST_ROWS = 1 << 17


def describe_frame(frame: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a DataFrame."""
    width = len(frame.columns)
    columns = [(_label(frame.columns[at]), frame.iloc[:, at]) for at in range(min(width, MOST_COLUMNS))]
    return Profile(
        "frame",
        class_name(type(frame)),
        shape=(len(frame), width),
        columns=describe_columns(sources_of(columns, _source, texts, beforehand), texts, beforehand),
        width=width,
        preview=_preview(columns, frame.index, texts),
        facts=_index_facts(frame.index, texts),
    )


def describe_series(series: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a Series or an Index."""
    values = pd.Series(series) if isinstance(series, pd.Index) else series
    name = "" if series.name is None else _label(series.name)
    index = () if isinstance(series, pd.Index) else _index_facts(series.index, texts)
    return Profile(
        "series",
        class_name(type(series)),
        shape=(len(series),),
        columns=describe_columns([_source(name, values, texts)], texts, beforehand),
        width=1,
        preview=_preview([(name, values)], values.index, texts),
        facts=index,
    )


def describe_many_levels(index: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a MultiIndex: each level as a column."""
    return describe_frame(index.to_frame(index=False, allow_duplicates=True), texts, beforehand)


def numbers_of_frame(frame: Any) -> list[Any]:
    """The columns of numbers, where they are long, as they lie in memory."""
    if len(frame) < _LEAST_ROWS:
        return []
    columns = (frame.iloc[:, at] for at in range(min(len(frame.columns), MOST_COLUMNS)))
    return [array for column in columns for array in numbers_of_series(column)]


def numbers_of_series(series: Any) -> list[Any]:
    """Its numbers as they lie in memory, if there are any."""
    dtype = series.dtype
    return [series.to_numpy()] if isinstance(dtype, np.dtype) and dtype.kind in KINDS else []


def _label(label: Any) -> Any:
    """A column's name; the parts of one that has several, joined."""
    if type(label) is tuple and all(type(part) in (str, int) for part in label):
        return " / ".join(map(str, label))
    return label


def _source(label: Any, column: Any, texts: Texts) -> Source:
    dtype = column.dtype
    named = Named(texts.name(label), _dtype_text(dtype, texts))
    if isinstance(dtype, np.dtype) and dtype.kind in KINDS:
        return Numbers(named, column.to_numpy())
    if isinstance(dtype, pd.DatetimeTZDtype):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return Numbers(named._replace(zone=True), naive)
    if hasattr(dtype, "numpy_dtype") and not isinstance(dtype, pd.ArrowDtype):
        present = column.dropna()
        if dtype.numpy_dtype.kind in KINDS:
            return Numbers(named, present.to_numpy(dtype.numpy_dtype), len(column) - len(present))
    return Others(named, partial(_describe, named, column, texts))


def _dtype_text(dtype: Any, texts: Texts) -> str:
    if isinstance(dtype, pd.CategoricalDtype):
        return "category"
    return texts.name(str(dtype))


def _describe(named: Named, column: Any, texts: Texts) -> ColumnProfile:
    """A column that is not numbers in a numpy array."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _described_categories(named, column, texts)
    if isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow":
        import pyarrow as pa

        from cuvee.profiles.arrow import describe_arrow

        values = pa.array(column.array)
        chunked = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
        return describe_arrow(named, chunked, texts)
    missing = column.isna().to_numpy(bool)
    objects = column.to_numpy(object)
    present = objects[~missing] if missing.any() else objects
    return describe_objects(named, present.tolist(), int(missing.sum()), texts)


def _described_categories(named: Named, column: Any, texts: Texts) -> ColumnProfile:
    codes, dtype = column.cat.codes.to_numpy(), column.dtype
    present = codes[codes >= 0]
    counts = np.bincount(present, minlength=len(dtype.categories))
    known = dtype.categories.tolist()
    met = {known[at]: int(counts[at]) for at in np.flatnonzero(counts).tolist()}
    order = known if dtype.ordered else ()
    return describe_categories(named, met, order, codes.size - present.size, texts)


def _preview(columns: list[tuple[Any, Any]], index: Any, texts: Texts) -> Preview:
    shown = columns[: MOST_CELLS // MOST_ROWS]
    labels = [texts.name(name) for name, _ in shown]
    cells = []
    for _, column in shown:
        head = column.iloc[:MOST_ROWS]
        cells.append(list(zip(head.tolist(), head.isna().tolist(), strict=True)))
    if not isinstance(index, pd.RangeIndex):
        head = index[:MOST_ROWS]
        labels.insert(0, texts.name("" if index.name is None else index.name) or "index")
        cells.insert(0, [(label, False) for label in head.tolist()])
    return preview_of(labels, cells, texts)


def _index_facts(index: Any, texts: Texts) -> tuple[tuple[str, str], ...]:
    """What the rows are called by, unless they are merely counted."""
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return ()
    names = ", ".join(texts.name(_label(name)) for name in index.names if name is not None)
    kind = " × ".join(map(str, index.dtypes)) if isinstance(index, pd.MultiIndex) else str(index.dtype)
    return (("index", texts.name(f"{names}: {kind}" if names else kind)),)
