"""Arrays of Python objects, as far as these are text or other plain values; others go to pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.node_reader import NodeReader
from cuvee.codecs.node_writer import NodeWriter
from cuvee.codecs.plain import decode_plain, encode_plain

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "objects"

_AT = "value"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if type(value) is not np.ndarray or value.dtype != object or not value.flags.c_contiguous:
        return None
    writer = NodeWriter(encoding)
    node = writer.objects(value, _AT)
    if node is None:
        return None
    return Encoded(name, "numpy.ndarray", encode_plain(node), tuple(writer.parts), live=writer.live)


def decode(parts: Parts) -> Any:
    return NodeReader(parts).read(decode_plain(parts.meta), _AT)
