"""DataFrame, Series, Index and the scalars of pandas, a frame column by column.

Blocks and their layout, index, categories, time zones, `attrs` and flags come back as they were.
Only exact classes: a subclass may hold more than pandas knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas._libs.internals import BlockPlacement, _unpickle_block
from pandas.core.flags import Flags
from pandas.core.internals.managers import BlockManager, SingleBlockManager

from cuvee.codecs.blocks import read_block, write_block
from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.node_reader import NodeReader
from cuvee.codecs.node_writer import Node, NodeWriter
from cuvee.codecs.plain import INLINE_BYTES, decode_plain, encode_plain
from cuvee.codecs.text import class_name
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "pandas"

_MANIFEST = "manifest"

_DataFrame: Any = pd.DataFrame
_Series: Any = pd.Series


# Values by themselves; what holds others, a groupby say, may hold one twice, and is left to pickle.
_KEPT = (
    pd.DataFrame,
    pd.Series,
    pd.Index,
    pd.api.extensions.ExtensionArray,
    pd.api.extensions.ExtensionDtype,
    pd.Timestamp,
    pd.Timedelta,
    pd.Period,
    pd.Interval,
    pd.offsets.BaseOffset,
    type(pd.NaT),
    type(pd.NA),
)
_MANAGERS = (BlockManager, SingleBlockManager)


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    kind = type(value)
    if kind.__module__.partition(".")[0] != "pandas" or not isinstance(value, _KEPT):
        return None
    if isinstance(value, pd.DataFrame | pd.Series) and not isinstance(value._mgr, _MANAGERS):
        return None
    writer = NodeWriter(encoding)
    try:
        manifest = _manifest(writer, value)
    except RecursionError as error:
        what = f"a {class_name(kind)}"
        raise CannotEncode(f"{what} holds itself, or is nested too deep to be kept") from error
    if manifest == ("value", ("child", 0)):
        return None
    meta = encode_plain(manifest)
    parts = tuple(writer.parts)
    if len(meta) > INLINE_BYTES:
        meta, parts = b"", ((_MANIFEST, meta), *parts)
    return Encoded(name, class_name(kind), meta, parts, tuple(writer.children), writer.live)


def _manifest(writer: NodeWriter, value: Any) -> Node:
    if type(value) is pd.DataFrame:
        return ("frame", *_frame(writer, value))
    if type(value) is pd.Series:
        return ("series", *_series(writer, value))
    return "value", writer.write(value, "value")


def decode(parts: Parts) -> Any:
    kind, *detail = manifest_of(parts)
    return _READERS[kind](NodeReader(parts), *detail)


def manifest_of(parts: Parts) -> Node:
    """What is said of a stored value: its kind, and what there is to say of that."""
    manifest: Node = decode_plain(parts.meta or bytes(parts.read(_MANIFEST)))
    return manifest


def frame_of(blocks: Sequence[Any], axes: list[Any]) -> Any:
    """The frame of these blocks; its axes are the names of its columns, and its index."""
    return _DataFrame._from_mgr(BlockManager(tuple(blocks), axes), axes)


def _frame(writer: NodeWriter, frame: Any) -> Node:
    blocks = tuple(write_block(writer, block) for block in frame._mgr.blocks)
    return (
        len(frame.index),
        writer.write(frame.columns, "columns"),
        writer.write(frame.index, "index"),
        blocks,
        _rest(writer, frame),
    )


def _read_frame(reader: NodeReader, rows: int, columns: Node, index: Node, blocks: Node, rest: Node) -> Any:
    axes = [reader.read(columns, "columns"), reader.read(index, "index")]
    return finished(reader, frame_of([read_block(reader, block, rows) for block in blocks], axes), rest)


def _series(writer: NodeWriter, series: Any) -> Node:
    values = series._mgr.blocks[0].values
    return (
        len(series.index),
        writer.write(series.index, "index"),
        writer.write(values, "0"),
        writer.write(series.name, "name"),
        _rest(writer, series),
    )


def _read_series(reader: NodeReader, rows: int, index: Node, values: Node, named: Node, rest: Node) -> Any:
    axis = reader.read(index, "index")
    block = _unpickle_block(reader.read(values, "0"), BlockPlacement(slice(0, rows)), 1)
    series = _Series._from_mgr(SingleBlockManager(block, axis), [axis])
    series._name = reader.read(named, "name")
    return finished(reader, series, rest)


def _rest(writer: NodeWriter, value: Any) -> Node:
    """What is beside the data: `attrs`, whether labels may come twice, and attributes that were set."""
    rest = writer.whole(value._attrs, "attrs"), value.flags.allows_duplicate_labels
    own = own_attributes(value)
    return (*rest, writer.whole(own, "own")) if own else rest


def finished(reader: NodeReader, value: Any, rest: Node) -> Any:
    """A frame or series, with what was said of it beside its data."""
    attrs, duplicates, *own = rest
    value._attrs = reader.read(attrs, "attrs")
    for node in own:
        vars(value).update(reader.read(node, "own"))
    return with_flags(value, duplicates)


def own_attributes(value: Any) -> dict[str, Any]:
    """What was set on a frame or series by name, as in `frame.unit = "kg"`; not what libraries hide there,
    nor an accessor, which is made again when it is asked for."""
    kind = type(value)
    return {
        name: item
        for name, item in vars(value).items()
        if not name.startswith("_") and not isinstance(getattr(kind, name, None), type)
    }


def with_flags(value: Any, duplicates: bool) -> Any:
    """A frame or series whose labels may come twice, or may not."""
    if not duplicates:
        value._flags = Flags(value, allows_duplicate_labels=False)
    return value


def _read_value(reader: NodeReader, node: Node) -> Any:
    return reader.read(node, "value")


_READERS: dict[str, Callable[..., Any]] = {"frame": _read_frame, "series": _read_series, "value": _read_value}
