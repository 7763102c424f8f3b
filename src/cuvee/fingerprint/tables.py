"""Frames and columns of polars, and the columns of pandas that hold Arrow's: by their content."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cuvee.fingerprint.encoder import Encoder


def encode_polars(encoder: Encoder, value: Any) -> bytes | None:
    """A frame or a series of polars, column by column; None for anything else."""
    polars = sys.modules["polars"]
    if type(value) is polars.Series:
        return encoder.join("series", _series(encoder, value))
    if type(value) is polars.DataFrame:
        columns = [encoder.join("series", _series(encoder, column)) for column in value.get_columns()]
        return encoder.join("frame", [encoder.encode(value.shape), *columns])
    return None


def encode_pandas(encoder: Encoder, value: Any) -> bytes | None:
    """A column of pandas that is Arrow's underneath, and a frame or series on which attributes were set; None
    for anything else, which pandas takes apart."""
    columns = getattr(value, "_pa_array", None)
    if columns is None:
        return _with_attributes(encoder, value)
    import pyarrow as pa

    from cuvee.fingerprint.arrow import array_digest, chunks_digest

    # No sum can tell how text was cut into chunks.
    if isinstance(columns, pa.ChunkedArray) and not pa.types.is_floating(columns.type):
        content = array_digest(_whole(columns))
    else:
        content = chunks_digest(columns)
    return encoder.join("arrow column", [encoder.encode(type(value)), encoder.encode(value.dtype), content])


def _with_attributes(encoder: Encoder, value: Any) -> bytes | None:
    pandas = sys.modules["pandas"]
    if not isinstance(value, pandas.DataFrame | pandas.Series) or all(name[0] == "_" for name in vars(value)):
        return None
    from cuvee.codecs.pandas import own_attributes

    own = own_attributes(value)
    return encoder.join("attributes", [encoder.instance(value), encoder.encode(own)]) if own else None


def _whole(columns: Any) -> Any:
    import pyarrow as pa

    whole = columns.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _series(encoder: Encoder, series: Any) -> list[bytes]:
    polars = sys.modules["polars"]
    parts = [encoder.encode(series.name), encoder.encode(series.dtype)]
    if series.dtype == polars.Object:
        return [*parts, *encoder.each(series.to_list())]
    return [*parts, *(_chunk(encoder, chunk) for chunk in series.get_chunks())]


def _chunk(encoder: Encoder, chunk: Any) -> bytes:
    import pyarrow as pa

    from cuvee.fingerprint.arrow import array_digest

    try:
        array = chunk.alias("").to_arrow()  # not every name is one that Arrow has
    except pa.ArrowInvalid:  # integers of 128 bits, also in lists and structs: Arrow has none
        return encoder.join("items", encoder.each(chunk.to_list()))
    return array_digest(array)
