"""Columns of Arrow, which pyarrow, polars and pandas hold: by type and by what is in them.

Where in a longer array they begin, and what lies under a null, cannot be seen and does not count.
How they are cut into chunks does: sums of floats go chunk by chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cuvee.model.digest import digest_bytes, digest_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cuvee.fingerprint.encoder import Encoder


def encode_arrow(encoder: Encoder, value: Any) -> bytes | None:
    """An array, a table or a type of pyarrow; None for anything else."""
    if isinstance(value, pa.DataType | pa.Field | pa.Schema):
        return encoder.join("arrow type", [encoder.encode(type(value)), schema_bytes(value)])
    if isinstance(value, pa.Scalar):
        value = pa.array([value.as_py()], value.type) if not value.is_valid else pa.repeat(value, 1)
        return encoder.join("arrow scalar", [array_digest(value)])
    if isinstance(value, pa.Array):
        return encoder.join("arrow array", [array_digest(value)])
    if isinstance(value, pa.ChunkedArray):
        return encoder.join("arrow chunks", [chunks_digest(value)])
    if isinstance(value, pa.Table | pa.RecordBatch):
        pieces = [encoder.encode(type(value)), schema_bytes(value.schema), str(value.num_rows).encode()]
        digest = array_digest if isinstance(value, pa.RecordBatch) else chunks_digest
        return encoder.join("arrow table", [*pieces, *map(digest, value.columns)])
    return None


def chunks_digest(column: pa.ChunkedArray) -> bytes:
    """Column after column the same, cut at the same places."""
    return digest_parts("chunks", [schema_bytes(column.type), *map(array_digest, column.chunks)])


def array_digest(array: pa.Array) -> bytes:
    """What an array holds, with its type."""
    return digest_parts("column", [schema_bytes(array.type), *_content(array)])


def schema_bytes(kind: Any) -> bytes:
    """A type, a field or a schema, with all that it says of itself."""
    if isinstance(kind, pa.DataType):
        kind = pa.field("", kind)
    if isinstance(kind, pa.Field):
        kind = pa.schema([kind])
    return bytes(kind.serialize())


def _content(array: pa.Array) -> Iterable[bytes]:
    kind = array.type
    yield len(array).to_bytes(8, "little")
    if isinstance(array, pa.ExtensionArray):
        yield array_digest(array.storage)
    elif pa.types.is_null(kind):
        return
    elif pa.types.is_dictionary(kind):
        yield from (array_digest(array.indices), array_digest(array.dictionary))
    elif pa.types.is_struct(kind):
        yield from (_validity(array), *map(array_digest, array.flatten()))
    elif _is_list(kind):
        lengths = pc.fill_null(pc.list_value_length(array), 0)
        yield from (_validity(array), array_digest(lengths), array_digest(array.flatten()))
    elif pa.types.is_nested(kind) or pa.types.is_run_end_encoded(kind):
        yield _as_sent(array)
    elif pa.types.is_boolean(kind):
        yield from (_validity(array), _flags(pc.fill_null(array, False) if array.null_count else array))
    elif _is_view(kind):
        text = pa.types.is_string_view(kind)
        yield from _content(array.cast(pa.large_string() if text else pa.large_binary()))
    elif _is_varying(kind):
        yield from (_validity(array), *_varying(array))
    else:
        yield from (_validity(array), _fixed(array))


def _is_list(kind: pa.DataType) -> bool:
    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(test(kind) for test in tests)


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string_view(kind) or pa.types.is_binary_view(kind))


def _is_varying(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def _validity(array: pa.Array) -> bytes:
    return _flags(array.is_valid()) if array.null_count else b""


def _flags(array: pa.Array) -> bytes:
    return digest_bytes(np.packbits(array.to_numpy(zero_copy_only=False)).data)


def _varying(array: pa.Array) -> tuple[bytes, bytes]:
    """Text or bytes: how long each is, and all of them one after another."""
    wide = "i8" if pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type) else "i4"
    lengths, data = _cut(array, wide)
    if array.null_count and lengths[~array.is_valid().to_numpy(zero_copy_only=False)].any():
        lengths, data = _cut(pc.fill_null(array, b"" if "binary" in str(array.type) else ""), wide)
    return digest_bytes(np.ascontiguousarray(lengths).view(np.uint8).data), digest_bytes(data)


def _cut(array: pa.Array, wide: str) -> tuple[Any, memoryview]:
    _, bounds, data = array.buffers()
    if bounds is None or not len(array):
        return np.zeros(0, wide), memoryview(b"")
    offsets = np.frombuffer(bounds, wide)[array.offset : array.offset + len(array) + 1]
    content = memoryview(data)[offsets[0] : offsets[-1]] if data is not None else memoryview(b"")
    return np.diff(offsets), content.cast("B")


def _fixed(array: pa.Array) -> bytes:
    """Numbers, times and the like, each of as many bytes as the next."""
    width = array.type.bit_width // 8
    data = array.buffers()[1]
    if data is None or not len(array) or not width:
        return b""
    content = np.frombuffer(data, np.uint8)[array.offset * width : (array.offset + len(array)) * width]
    if array.null_count:
        content = content.reshape(-1, width).copy()
        content[~array.is_valid().to_numpy(zero_copy_only=False)] = 0
    return digest_bytes(content.reshape(-1).data)


def _as_sent(array: pa.Array) -> bytes:
    """Maps, unions and the like, as they would go to another process."""
    batch = pa.record_batch([array], names=[""])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return digest_bytes(memoryview(sink.getvalue()))
