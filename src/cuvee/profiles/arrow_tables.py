"""Tables and arrays of pyarrow."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa

from cuvee.codecs.text import class_name
from cuvee.model.profile import Preview, Profile
from cuvee.profiles.arrow import describe_arrow
from cuvee.profiles.columns import (
    MOST_COLUMNS,
    NOTHING,
    Beforehand,
    Others,
    Source,
    describe_columns,
    sources_of,
)
from cuvee.profiles.numbers import Named
from cuvee.profiles.preview import MOST_CELLS, MOST_ROWS, preview_of
from cuvee.profiles.texts import Texts


def describe_table(table: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a Table or a RecordBatch."""
    names = table.schema.names[:MOST_COLUMNS]
    columns = [(name, _chunked(table.column(at))) for at, name in enumerate(names)]
    return Profile(
        "frame",
        class_name(type(table)),
        shape=(table.num_rows, table.num_columns),
        columns=describe_columns(sources_of(columns, _source, texts, beforehand), texts, beforehand),
        width=table.num_columns,
        preview=_preview(columns, texts),
    )


def describe_array(array: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of an Array or a ChunkedArray."""
    columns = [("", _chunked(array))]
    return Profile(
        "series",
        class_name(type(array)),
        shape=(len(array),),
        columns=describe_columns([_source("", columns[0][1], texts)], texts, beforehand),
        width=1,
        preview=_preview(columns, texts),
    )


def _chunked(values: Any) -> Any:
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def _source(name: str, column: Any, texts: Texts) -> Source:
    named = Named(texts.name(name), texts.name(str(column.type)))
    return Others(named, partial(describe_arrow, named, column, texts))


def _preview(columns: list[tuple[str, Any]], texts: Texts) -> Preview:
    shown = columns[: MOST_CELLS // MOST_ROWS]
    heads = [column.slice(0, MOST_ROWS).to_pylist() for _, column in shown]
    cells = [[(value, value is None) for value in head] for head in heads]
    return preview_of([texts.name(name) for name, _ in shown], cells, texts)
