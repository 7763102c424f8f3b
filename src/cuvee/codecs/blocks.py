"""A frame's blocks ⇄ its columns. pandas keeps columns of one dtype in one array, a block, whose
order in memory decides the last bit of a sum. Each column is written by itself, so that a new
one costs one; blocks come back as they were, with the same columns in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from pandas._libs.internals import BlockPlacement, _unpickle_block
from pandas.core.arrays import DatetimeArray, PeriodArray, TimedeltaArray

from cuvee.codecs.numpy import array_form, read_dtype, write_dtype
from cuvee.codecs.plain import encode_plain

if TYPE_CHECKING:
    from cuvee.codecs.node_reader import NodeReader
    from cuvee.codecs.node_writer import Node, NodeWriter

# Rows that are turned at a time: as many as stay in a core's own cache, for a hundred columns.
_TURNED_ROWS = 1 << 12

_WRAPPERS: dict[str, Any] = {cls.__name__: cls for cls in (DatetimeArray, TimedeltaArray, PeriodArray)}


def write_block(writer: NodeWriter, block: Any) -> Node:
    """The node of a block: (kind, the places of its columns, …). Columns go by their places."""
    places = block.mgr_locs.as_array
    values = block.values
    if type(values) is np.ndarray:
        return _write_array(writer, values, places)
    if type(values) in _WRAPPERS.values() and values.ndim == 2:
        inner = _write_array(writer, values._ndarray, places)
        if inner[0] == "columns":
            return "wrapped", inner, type(values).__name__, writer.write(values.dtype, f"{places[0]}.dtype")
    if values.ndim == 1:
        return "column", int(places[0]), writer.write(values, str(places[0]))
    return "whole", _packed(places), writer.write(values, str(places[0]))


def read_block(reader: NodeReader, node: Node, rows: int) -> Any:
    """The block of a node that `write_block` wrote, of a frame with so many rows."""
    kind, places = node[0], node[1]
    if kind == "column":
        return _block(reader.read(node[2], str(places)), [places])
    if kind == "whole":
        unpacked = _unpacked(places)
        return _block(reader.read(node[2], str(unpacked[0])), unpacked)
    if kind == "wrapped":
        _, inner, name, dtype = node
        unpacked = _unpacked(inner[1])
        values = _read_array(reader, inner, rows)
        read = reader.read(dtype, f"{unpacked[0]}.dtype")
        return _block(wrapped_array(name, values, read), unpacked)
    return _block(_read_array(reader, node, rows), _unpacked(places))


def places_of(node: Node) -> list[int]:
    """The places of the columns of a block, from its node."""
    if node[0] == "wrapped":
        return places_of(node[1])
    return [node[1]] if node[0] == "column" else _unpacked(node[1])


def column_node(node: Node, number: int, rows: int) -> Node | None:
    """The node of one column of a block, by its number there; None where it cannot be told from the block."""
    kind = node[0]
    if kind == "column":
        return cast("Node", node[2])
    if kind == "objects":
        return cast("Node", node[3][number])
    if kind == "columns":
        return "array", node[3], (rows,), (0,), 0
    if kind == "wrapped" and _is_closed(node[3]):
        array = column_node(node[1], number, rows)
        arguments = ("tuple", ("=", encode_plain(node[2])), array, node[3])
        return "made", (__name__, wrapped_array.__name__), arguments, ("=", encode_plain(None))
    return None


def wrapped_array(name: str, values: Any, dtype: Any) -> Any:
    """The dates or lengths of time whose numbers these are."""
    return _WRAPPERS[name]._simple_new(values, dtype=dtype)


def column_block(array: Any, place: int) -> Any:
    """A column as a block by itself."""
    in_rows = isinstance(array, (np.ndarray, *_WRAPPERS.values()))
    return _block(array.reshape(1, -1) if in_rows else array, [place])


def _is_closed(node: Node) -> bool:
    """Whether a node needs no part and no child."""
    if node[0] in ("=", "global"):
        return True
    inner = node[2:] if node[0] == "made" else node[1:] if node[0] in ("list", "tuple") else None
    return inner is not None and all(map(_is_closed, inner))


def _write_array(writer: NodeWriter, values: Any, places: Any) -> Node:
    order = "C" if values.flags.c_contiguous or not _is_turned(values) else "F"
    writer.live &= values.flags.c_contiguous or values.flags.f_contiguous
    if values.dtype.kind == "O":
        nodes = tuple(writer.write(row, str(place)) for place, row in zip(places, values, strict=True))
        return "objects", _packed(places), order, nodes
    written = write_dtype(values.dtype)
    if written is None:
        return "whole", _packed(places), writer.write(values, str(places[0]))
    rows = values if values.flags.c_contiguous else _in_rows(values)
    for place, row in zip(places.tolist(), rows, strict=True):
        form = array_form(row)
        assert form is not None
        writer.part(form.data, str(place))
    return "columns", _packed(places), order, written


def _read_array(reader: NodeReader, node: Node, rows: int) -> Any:
    kind, places, order, detail = node
    unpacked = _unpacked(places)
    if kind == "objects":
        values = np.empty((len(unpacked), rows), object, order)
        for row, place, column in zip(values, unpacked, detail, strict=True):
            row[:] = reader.read(column, str(place))
        return values
    dtype = read_dtype(detail)
    if len(unpacked) == 1:
        # A column that is a block by itself lies over what is mapped, without a copy.
        return _column(reader, unpacked[0], dtype, rows).reshape(1, rows)
    values = np.empty((len(unpacked), rows), dtype, order)
    for row, place in zip(values, unpacked, strict=True):
        row[:] = _column(reader, place, dtype, rows)
    return values


def _column(reader: NodeReader, place: int, dtype: Any, rows: int) -> Any:
    data = reader.part(0, str(place))
    return np.ndarray((rows,), dtype, data if data.nbytes else None)


def _is_turned(values: Any) -> bool:
    """Whether it lies by columns; of one row or one column nobody can tell once its gaps are closed."""
    return min(values.shape) > 1 and bool(abs(values.strides[0]) < abs(values.strides[1]))


def _in_rows(values: Any) -> Any:
    rows = np.empty(values.shape, values.dtype)
    for start in range(0, values.shape[1], _TURNED_ROWS):
        rows[:, start : start + _TURNED_ROWS] = values[:, start : start + _TURNED_ROWS]
    return rows


def _packed(places: Any) -> tuple[int, int, int] | tuple[int, ...] | list[int]:
    """Places in few bytes: a list of three numbers for a range."""
    listed = places.tolist()
    step = listed[1] - listed[0] if len(listed) > 1 else 1
    run = range(listed[0], listed[0] + step * len(listed), step) if listed and step > 0 else range(0)
    return [run.start, run.stop, run.step] if listed and list(run) == listed else tuple(listed)


def _unpacked(places: Any) -> list[int]:
    return list(range(*places)) if isinstance(places, list) else list(places)


def _block(values: Any, places: list[int]) -> Any:
    return _unpickle_block(values, BlockPlacement(np.array(places, np.intp)), 2)
