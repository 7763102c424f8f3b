"""Sparse matrices and arrays of scipy: what they are made of, each array a part that is mapped back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scipy import sparse

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.node_reader import NodeReader
from cuvee.codecs.node_writer import NodeWriter
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.codecs.text import class_name

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "scipy"

_AT = "value"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if not sparse.issparse(value) or type(value).__module__.partition(".")[0] != "scipy":
        return None
    writer = NodeWriter(encoding)
    node = writer.write(value, _AT)
    if writer.children:
        return None
    return Encoded(name, class_name(type(value)), encode_plain(node), tuple(writer.parts), live=writer.live)


def decode(parts: Parts) -> Any:
    return NodeReader(parts).read(decode_plain(parts.meta), _AT)
