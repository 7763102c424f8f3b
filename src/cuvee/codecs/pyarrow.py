"""Tables, record batches and arrays of Arrow, column by column, as Arrow's own streams.

They lie over what is read, without a copy; chunks, schema and its metadata are kept.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cuvee.codecs.arrow_stream import stream_of, value_of
from cuvee.codecs.codec import Encoded, Encoding, Held, Selected
from cuvee.codecs.narrowed import Names, missing_text, narrowed
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "pyarrow"

_SCHEMA = "schema"
_KINDS = {pa.Table: "table", pa.RecordBatch: "batch"}


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    kind = _KINDS.get(type(value))
    if kind is None:
        if type(value).__module__ == "pyarrow._dataset":
            raise CannotEncode(
                f"a {type(value).__name__} is a query, not its result: return its to_table(), or hand on "
                "the files that it is of"
            )
        return _encode_array(value)
    if value.num_columns == 0 and value.num_rows:
        parts = ((_SCHEMA, _written(value.schema)),)
        return Encoded(name, f"pyarrow.{type(value).__name__}", encode_plain((kind, value.num_rows)), parts)
    streams = [stream_of(column) for column in value.columns]
    columns: list[Any] = [(_SCHEMA, _written(value.schema))]
    for place, stream in enumerate(streams):
        if stream is None:
            return None
        columns.append((f"{place}.0", stream.data))
    live = all(stream is not None and stream.live for stream in streams)
    return Encoded(name, f"pyarrow.{type(value).__name__}", encode_plain((kind,)), tuple(columns), live=live)


def decode(parts: Parts) -> Any:
    kind, *detail = decode_plain(parts.meta)
    if kind == "value":
        return value_of(detail[0], parts.read("0.0"))
    schema = _read(parts.read(_SCHEMA))
    if detail:
        return _of_rows_alone(kind, detail[0], schema)
    held = "chunked" if kind == "table" else "array"
    return _put_together(kind, [value_of(held, parts.read(f"{n}.0")) for n in range(len(schema))], schema)


def is_frame(value: Any) -> bool:
    return type(value) in _KINDS


def names_of(frame: Any) -> Iterable[Hashable]:
    return frame.schema.names  # type: ignore[no-any-return]


def narrow(parts: Parts, names: Names, encoding: Encoding) -> Selected | None:  # noqa: ARG001 - the protocol's
    kind, *_ = decode_plain(parts.meta)
    if kind == "value":
        raise CannotEncode(f"is of type {parts.type}, and columns are taken of a Table or RecordBatch")
    schema = _read(parts.read(_SCHEMA))
    places = _places(schema, names)
    about = encode_plain(("value", "chunked" if kind == "table" else "array"))
    made = [
        (schema.field(place).name, Selected(name, "pyarrow.Array", about, (("0.0", Held(f"{place}.0")),)))
        for place in places
    ]
    return narrowed("pyarrow", parts.type, kind, ((_SCHEMA, _written(_taken(schema, places))),), made)


def narrow_value(frame: Any, names: Names) -> Any:
    places = _places(frame.schema, names)
    columns = [frame.column(place) for place in places]
    return _put_together(_KINDS[type(frame)], columns, _taken(frame.schema, places))


def assemble(parts: Parts, head: Any) -> Any:
    return _put_together(head, [make() for _, make in parts.children()], _read(parts.read(_SCHEMA)))


def _encode_array(value: Any) -> Encoded | None:
    stream = stream_of(value)
    if stream is None:
        return None
    type_ = f"pyarrow.{type(value).__name__}"
    return Encoded(
        name, type_, encode_plain(("value", stream.kind)), (("0.0", stream.data),), live=stream.live
    )


def _put_together(kind: str, columns: list[Any], schema: Any) -> Any:
    return (pa.Table if kind == "table" else pa.RecordBatch).from_arrays(columns, schema=schema)


def _of_rows_alone(kind: str, rows: int, schema: Any) -> Any:
    """Without columns, yet of so many rows: as where all columns were taken away."""
    make = pa.table if kind == "table" else pa.record_batch
    return make({"": pa.nulls(rows)}, metadata=schema.metadata).select([])


def _places(schema: Any, names: Names) -> list[int]:
    absent = [each for each in names if each not in schema.names]
    if absent:
        raise CannotEncode(missing_text(absent, schema.names))
    return [place for each in names for place, known in enumerate(schema.names) if known == each]


def _taken(schema: Any, places: list[int]) -> Any:
    return pa.schema([schema.field(place) for place in places], schema.metadata)


def _written(schema: Any) -> memoryview:
    return memoryview(schema.serialize())


def _read(data: memoryview) -> Any:
    return pa.ipc.read_schema(pa.py_buffer(data))
