"""Long text and bytes: a part as they are, without a copy in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.plain import INLINE_BYTES

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "bytes"


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    kind = type(value)
    if kind not in (str, bytes, bytearray) or len(value) <= INLINE_BYTES:
        return None
    data = value.encode("utf-8", "surrogatepass") if kind is str else value
    return Encoded(name, kind.__name__, kind.__name__.encode(), (("content", data),), live=True)


def decode(parts: Parts) -> str | bytes | bytearray:
    content = parts.read("content")
    if parts.meta == b"str":
        return str(content, "utf-8", "surrogatepass")
    return bytes(content) if parts.meta == b"bytes" else bytearray(content)
