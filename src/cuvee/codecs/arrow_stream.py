"""Arrow arrays as bytes of Arrow's own: an IPC stream of one column, one batch for each chunk.

Read back they lie over the bytes, without a copy. Chunks are kept, since sums go by them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pyarrow as pa

from cuvee.codecs.codec import Buffer


class StreamForm(NamedTuple):
    """`kind` is "array" or "chunked". `live`: it lay in memory as it will when it is read."""

    kind: str
    data: Buffer
    live: bool


def stream_of(value: Any) -> StreamForm | None:
    """An Array or ChunkedArray as a stream; None for anything else, and what Arrow cannot write."""
    if isinstance(value, pa.ChunkedArray):
        return _written("chunked", value.type, value.chunks)
    if isinstance(value, pa.Array):
        return _written("array", value.type, [value])
    return None


def value_of(kind: str, data: memoryview) -> Any:
    """The array again, over `data`."""
    with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        chunks = [batch.column(0) for batch in reader]
        return chunks[0] if kind == "array" else pa.chunked_array(chunks, reader.schema.field(0).type)


def _written(kind: str, type_: Any, chunks: list[Any]) -> StreamForm | None:
    schema = pa.schema([pa.field("", type_)])
    sink = pa.BufferOutputStream()
    try:
        with pa.ipc.new_stream(sink, schema) as writer:
            for chunk in chunks:
                writer.write_batch(pa.RecordBatch.from_arrays([_exact(chunk)], schema=schema))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return None
    live = all(chunk.offset == 0 for chunk in chunks)
    return StreamForm(kind, memoryview(sink.getvalue()), live)


def _exact(chunk: Any) -> Any:
    """The chunk without what lies behind its end, of which Arrow would write along what fits into 64 bytes:
    so what the rows are that are not in it any more does not count."""
    if chunk.nbytes == chunk.get_total_buffer_size() or pa.types.is_union(chunk.type):
        return chunk
    return pa.concat_arrays([chunk, chunk.slice(0, 0)])
