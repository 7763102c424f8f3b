"""Arrays of numpy and sparse matrices of scipy."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from cuvee.codecs.text import class_name
from cuvee.model.profile import ColumnProfile, Preview, Profile
from cuvee.profiles.columns import (
    MOST_COLUMNS,
    NOTHING,
    Beforehand,
    Numbers,
    Others,
    Source,
    describe_columns,
)
from cuvee.profiles.numbers import KINDS, Named
from cuvee.profiles.objects import describe_objects
from cuvee.profiles.preview import MOST_CELLS, MOST_ROWS, preview_of
from cuvee.profiles.texts import Texts

# A table of more columns is rather a picture: its values are looked at as one.
_MOST_OF_TABLE = 100


def describe_array(array: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of an array: by field of a structured one, by column of a table, else all values as one."""
    columns = _columns(array)
    sources = [_source(name, values, texts) for name, values in columns[:MOST_COLUMNS]]
    return Profile(
        "array",
        class_name(type(array)),
        shape=tuple(array.shape),
        columns=describe_columns(sources, texts, beforehand),
        width=len(columns),
        preview=_preview(columns, texts),
        facts=(("dtype", texts.name(str(array.dtype))),),
    )


def numbers_of_array(array: Any) -> list[Any]:
    """Its columns of numbers as they lie in memory."""
    return [values for _, values in _columns(array) if values.dtype.kind in KINDS]


def describe_sparse(matrix: Any, texts: Texts, beforehand: Beforehand = NOTHING) -> Profile:
    """The profile of a sparse matrix or array: of the elements that it stores."""
    apart = matrix.tocoo() if matrix.format in ("lil", "dok") else matrix
    stored = np.asarray(apart.data).reshape(-1)
    size = float(np.prod(matrix.shape, dtype=np.float64))
    share = f"{stored.size / size:.3g}" if size else "0"
    return Profile(
        "sparse",
        class_name(type(matrix)),
        shape=tuple(matrix.shape),
        columns=describe_columns([_source("stored", stored, texts)], texts, beforehand),
        width=1,
        facts=(
            ("format", str(matrix.format)),
            ("dtype", str(matrix.dtype)),
            ("stored", f"{stored.size} elements, {share} of all"),
        ),
    )


def _columns(array: Any) -> list[tuple[str, Any]]:
    array = np.asarray(array)
    if array.dtype.names is not None:
        return [(name, array[name].reshape(-1)) for name in array.dtype.names]
    if array.ndim == 2 and 1 < array.shape[1] <= _MOST_OF_TABLE and array.shape[0] > array.shape[1]:
        return [(str(at), array[:, at]) for at in range(array.shape[1])]
    return [("", _flat(array))]


def _flat(array: Any) -> Any:
    """All values in one row, in the order of memory where that spares a copy."""
    return array.reshape(-1, order="F" if array.flags.f_contiguous else "C")


def _source(name: str, values: Any, texts: Texts) -> Source:
    named = Named(texts.name(name), texts.name(str(values.dtype)))
    if values.dtype.kind in KINDS:
        return Numbers(named, values)
    return Others(named, partial(_describe, named, values, texts))


def _describe(named: Named, values: Any, texts: Texts) -> ColumnProfile:
    if values.dtype.kind == "c":
        missing = int(np.count_nonzero(np.isnan(values)))
        problem = "complex numbers have no order"
        return ColumnProfile(named.name, named.dtype, "other", missing, problem=problem)
    if values.dtype.kind not in "OSU":
        problem = f"values of type {named.dtype} are not looked into"
        return ColumnProfile(named.name, named.dtype, "other", None, problem=problem)
    objects = values.tolist()
    present = [value for value in objects if not _missing(value)]
    return describe_objects(named, present, len(objects) - len(present), texts)


def _missing(value: Any) -> bool:
    return value is None or (type(value) is float and value != value)


def _preview(columns: list[tuple[str, Any]], texts: Texts) -> Preview:
    shown = columns[: MOST_CELLS // MOST_ROWS]
    heads = [values[:MOST_ROWS] for _, values in shown]
    cells = [[(_item(value), _missing(_item(value))) for value in head] for head in heads]
    return preview_of([texts.name(name) or "value" for name, _ in shown], cells, texts)


def _item(value: Any) -> Any:
    """An element as Python has it; a time as its text."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return None if np.isnat(value) else str(value)
    return value.item() if isinstance(value, np.generic) else value
