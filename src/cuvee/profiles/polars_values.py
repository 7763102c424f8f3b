"""Frames and series of polars."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import polars as pl

from cuvee.codecs.text import class_name
from cuvee.model.profile import ColumnKind, ColumnProfile, Preview, Profile
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
from cuvee.profiles.numbers import Named
from cuvee.profiles.objects import count_objects
from cuvee.profiles.preview import MOST_CELLS, MOST_ROWS, preview_of
from cuvee.profiles.sampling import sampled_positions
from cuvee.profiles.texts import Texts


def describe_frame(frame: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a DataFrame."""
    columns = [frame.to_series(at) for at in range(min(frame.width, MOST_COLUMNS))]
    named = [(column.name, column) for column in columns]
    return Profile(
        "frame",
        class_name(type(frame)),
        shape=frame.shape,
        columns=describe_columns(sources_of(named, _named_source, texts, beforehand), texts, beforehand),
        width=frame.width,
        preview=_preview(columns, texts),
    )


def describe_series(series: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a Series."""
    return Profile(
        "series",
        class_name(type(series)),
        shape=(len(series),),
        columns=describe_columns([_source(series, texts)], texts, beforehand),
        width=1,
        preview=_preview([series], texts),
    )


def _named_source(_: str, series: Any, texts: Texts) -> Source:
    return _source(series, texts)


def _source(series: Any, texts: Texts) -> Source:
    dtype = series.dtype
    zone = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
    named = Named(texts.name(series.name), texts.name(str(dtype)), zone)
    nulls = series.null_count()
    if dtype.is_float() or dtype == pl.Boolean or _is_short_integer(dtype):
        return Numbers(named, (series.drop_nulls() if nulls else series).to_numpy(), nulls)
    if isinstance(dtype, pl.Datetime | pl.Duration | pl.Date):
        ticks = series.drop_nulls().to_physical().to_numpy().astype(np.int64)
        unit = "D" if isinstance(dtype, pl.Date) else dtype.time_unit
        letter = "m" if isinstance(dtype, pl.Duration) else "M"
        return Numbers(named, ticks.view(f"{letter}8[{unit}]"), nulls)
    return Others(named, partial(_describe, named, series, texts))


def _is_short_integer(dtype: Any) -> bool:
    return dtype.is_integer() and str(dtype) not in ("Int128", "UInt128")


def _describe(named: Named, series: Any, texts: Texts) -> ColumnProfile:
    dtype, nulls = series.dtype, series.null_count()
    present = series.drop_nulls()
    if isinstance(dtype, pl.Categorical | pl.Enum):
        counts = dict(present.value_counts(sort=True).iter_rows())
        order = dtype.categories.to_list() if isinstance(dtype, pl.Enum) else ()
        return describe_categories(named, counts, order, nulls, texts)
    kinds: dict[Any, ColumnKind] = {pl.String: "text", pl.Binary: "other", pl.Time: "other"}
    kind: ColumnKind = "number" if dtype.is_numeric() else kinds.get(dtype.base_type(), "other")
    if not present.len() or not (dtype.is_numeric() or dtype.base_type() in kinds):
        problem = f"values of type {dtype.base_type()} are not looked into" if present.len() else ""
        return ColumnProfile(named.name, named.dtype, kind, nulls, problem=problem)
    low, high = texts.scalar(present.min()), texts.scalar(present.max())
    profile = ColumnProfile(named.name, named.dtype, kind, nulls, low, high)
    positions = sampled_positions(present.len())
    sample = (present if positions is None else present.gather(positions)).to_list()
    return count_objects(profile, sample, present.len(), texts)


def _preview(columns: list[Any], texts: Texts) -> Preview:
    shown = columns[: MOST_CELLS // MOST_ROWS]
    heads = [column.head(MOST_ROWS).to_list() for column in shown]
    cells = [[(value, value is None) for value in head] for head in heads]
    return preview_of([texts.name(column.name) for column in shown], cells, texts)
