"""Constants of code objects as canonical bytes: typed, length-prefixed, sets in a fixed order."""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import CodeType, EllipsisType


def constant_bytes(value: object, nested: Callable[[CodeType], bytes]) -> bytes:
    """A constant as bytes; `nested` gives the digest of a code object among them.

    Self-delimiting: a tag, then a fixed number of bytes or a length and that many. Raises
    TypeError for a type that no compiler puts among constants.
    """
    kind = type(value)
    if kind is str:
        return _sized(b"s", value.encode("utf-8", "surrogatepass"))  # type: ignore[attr-defined]
    if kind is int:
        return _sized(b"i", str(value).encode() if abs(value) < 1 << 64 else hex(value).encode())  # type: ignore[arg-type]
    if kind is tuple:
        return _sized(b"t", b"".join(constant_bytes(item, nested) for item in value))  # type: ignore[attr-defined]
    if kind is frozenset:
        return _sized(b"z", b"".join(sorted(constant_bytes(item, nested) for item in value)))  # type: ignore[attr-defined]
    if kind is float:
        return b"f" + struct.pack("<d", value)
    if kind is complex:
        return b"c" + struct.pack("<dd", value.real, value.imag)  # type: ignore[attr-defined]
    if kind is bytes:
        return _sized(b"b", value)  # type: ignore[arg-type]
    if kind is slice:
        return _sized(b"l", constant_bytes((value.start, value.stop, value.step), nested))  # type: ignore[attr-defined]
    if isinstance(value, CodeType):
        return b"k" + nested(value)
    return _singleton(value)


def _singleton(value: object) -> bytes:
    for single, tag in ((None, b"N"), (True, b"T"), (False, b"F")):
        if value is single:
            return tag
    if isinstance(value, EllipsisType):
        return b"E"
    raise TypeError(
        f"a code object has a constant of type {type(value).__qualname__}, which none should have"
    )


def _sized(tag: bytes, content: bytes) -> bytes:
    return tag + len(content).to_bytes(8, "little") + content
