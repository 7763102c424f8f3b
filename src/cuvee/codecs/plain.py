"""Plain values: numbers, text, dates, and lists, dicts and sets of them, as canonical typed bytes.

It is on the path of every call: the commonest types come first, and nothing is imported here but
what the standard library loads anyway.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.leaves import SCALARS
from cuvee.codecs.plain_reader import SCALAR_TAGS, PlainReader
from cuvee.codecs.plain_writer import PlainWriter, length_bytes
from cuvee.errors import CannotDecode, CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import ClassDigest, Parts

name = "plain"

# Up to here the bytes are kept in the database, beyond it they are a part.
INLINE_BYTES = 1 << 16


def encode_plain(value: Any, class_digest: ClassDigest | None = None) -> bytes:
    """The canonical bytes of a plain value.

    `class_digest` gives the fingerprint of an Enum's class, which then counts; without it the
    class counts by its name. Raises CannotEncode when the value, or an item of it, is not plain.
    """
    scalar = SCALARS.get(type(value))
    if scalar is not None:
        payload = scalar[1](value)
        return scalar[0] + length_bytes(len(payload)) + payload
    writer = PlainWriter(class_digest)
    writer.write(value)
    return b"".join(writer.pieces)


def decode_plain(data: bytes) -> Any:
    """The value that `encode_plain` wrote. Raises CannotDecode for any other bytes."""
    try:
        load = SCALAR_TAGS.get(data[:1])
        if load is not None and data[1] == len(data) - 2 < 0x80:  # one short scalar, as nearly always
            return load(data[2:])
        reader = PlainReader(data)
        value = reader.read()
    except (ValueError, TypeError, IndexError, KeyError, struct.error, ArithmeticError) as error:
        raise CannotDecode(f"{data[:40]!r}… is not what a plain value is written as: {error}") from error
    if reader.position != len(data):
        raise CannotDecode(f"{len(data) - reader.position} bytes are left after a plain value")
    return value


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    try:
        data = encode_plain(value, encoding.class_digest)
    except CannotEncode:
        return None
    if len(data) <= INLINE_BYTES:
        return Encoded(name, type(value).__qualname__, data, live=True)
    return Encoded(name, type(value).__qualname__, parts=(("value", data),), live=True)


def decode(parts: Parts) -> Any:
    return decode_plain(parts.meta or bytes(parts.read("value")))
