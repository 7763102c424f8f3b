"""Leaves: the values of a global that are taken whole, as canonical typed bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import PosixPath, PurePosixPath, PureWindowsPath, WindowsPath
from types import EllipsisType, NotImplementedType
from typing import Any

from cuvee.model.digest import digest_bytes

# Longer text and bytes go by their digest: encoded values are put together, and that copies.
_LONG = 1 << 12


def leaf(tag: bytes, content: bytes) -> bytes:
    if len(content) > _LONG:
        return b"L" + tag + len(content).to_bytes(8, "little") + digest_bytes(content)
    return tag + len(content).to_bytes(8, "little") + content


def _integer(value: int) -> bytes:
    return leaf(b"i", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))


def _path(value: Any) -> bytes:
    """By its text, which is the same however it was put together: what it keeps of that is not."""
    return leaf(b"p", f"{type(value).__name__} {value}".encode("utf-8", "surrogatepass"))


_PACK_FLOAT = struct.Struct("<d").pack
_PACK_COMPLEX = struct.Struct("<dd").pack

PLAIN: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: _integer,
    float: lambda value: b"f" + _PACK_FLOAT(value),
    complex: lambda value: b"c" + _PACK_COMPLEX(value.real, value.imag),
    str: lambda value: leaf(b"s", value.encode("utf-8", "surrogatepass")),
    bytes: lambda value: leaf(b"b", value),
    EllipsisType: lambda _: b"E",
    NotImplementedType: lambda _: b"I",
    timedelta: lambda value: leaf(b"d", f"{value.days},{value.seconds},{value.microseconds}".encode()),
    PurePosixPath: _path,
    PureWindowsPath: _path,
    PosixPath: _path,
    WindowsPath: _path,
}
