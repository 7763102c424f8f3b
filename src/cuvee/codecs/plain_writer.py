"""Plain values are written: each item with its type and its length, so that no two values that
differ have the same bytes. The order of a dict counts, the order of a set does not.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterable
from typing import Any

from cuvee.codecs.codec import ClassDigest
from cuvee.codecs.leaves import ENUM, SCALARS, SHARED, member_of, structured_form
from cuvee.codecs.naming import name_of
from cuvee.errors import CannotEncode

# Deeper than this is no configuration any more, and Python's own limit is near.
MAX_DEPTH = 50

# A list this long of nothing but floats, or of ints of 64 bits, is written in one go.
_RUN = 32
_RUNS: dict[type, str] = {float: "d", int: "q"}

_SMALL = [bytes((size,)) for size in range(0x80)]


def length_bytes(number: int) -> bytes:
    """A length in as few bytes as it takes, seven bits each, the last without the high bit."""
    if number < 0x80:
        return _SMALL[number]
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class PlainWriter:
    """Writes one value. A mutable container met twice is written once and then referred to, so
    that what was one object comes back as one object."""

    __slots__ = ("class_digest", "depth", "met", "pieces")

    def __init__(self, class_digest: ClassDigest | None) -> None:
        self.class_digest = class_digest
        self.pieces: list[bytes] = []
        self.met: dict[int, int] = {}
        self.depth = 0

    def write(self, value: Any) -> None:
        kind = type(value)
        scalar = SCALARS.get(kind)
        if scalar is not None:
            payload = scalar[1](value)
            self.pieces += (scalar[0], length_bytes(len(payload)), payload)
            return
        container = _CONTAINERS.get(kind)
        if container is not None:
            container(self, value)
            return
        structured = structured_form(kind)
        if structured is not None:
            self.items(structured[0], structured[1](value))
        elif isinstance(value, enum.Enum):
            self.member(value)
        else:
            raise CannotEncode(f"a {kind.__module__}.{kind.__qualname__} is not a plain value")

    def items(self, tag: bytes, items: Iterable[Any]) -> None:
        items = tuple(items)
        self.pieces += (tag, length_bytes(len(items)))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CannotEncode(f"the value is nested deeper than {MAX_DEPTH} levels")
        for item in items:
            self.write(item)
        self.depth -= 1

    def sequence(self, tag: bytes, run: bytes, value: list[Any] | tuple[Any, ...]) -> None:
        if len(value) >= _RUN and (packed := _packed(value)):
            self.pieces += (run, packed[0], length_bytes(len(value)), packed[1])
        else:
            self.items(tag, value)

    def mutable(self, value: Any, write: Callable[[], None]) -> None:
        number = self.met.get(id(value))
        if number is None:
            number = len(self.met)
            self.met[id(value)] = -1
            write()
            self.met[id(value)] = number
        elif number < 0:
            raise CannotEncode("the value contains itself")
        else:
            self.pieces += (SHARED, length_bytes(number))

    def list(self, value: list[Any]) -> None:
        self.mutable(value, lambda: self.sequence(b"[", b"l", value))

    def tuple(self, value: tuple[Any, ...]) -> None:
        self.sequence(b"(", b"t", value)

    def dict(self, value: dict[Any, Any]) -> None:
        self.mutable(value, lambda: self.items(b"{", [item for pair in value.items() for item in pair]))

    def set(self, value: set[Any]) -> None:
        self.mutable(value, lambda: self.unordered(b"<", value))

    def frozenset(self, value: frozenset[Any]) -> None:
        self.unordered(b">", value)

    def bytearray(self, value: bytearray) -> None:
        self.mutable(value, lambda: self.pieces.extend((b"B", length_bytes(len(value)), bytes(value))))

    def unordered(self, tag: bytes, value: Iterable[Any]) -> None:
        encoded = sorted(self.alone(item) for item in value)
        self.pieces += (tag, length_bytes(len(encoded)), *encoded)

    def alone(self, item: Any) -> bytes:
        outer, self.pieces = self.pieces, []
        self.items(b"", (item,))
        inner, self.pieces = self.pieces, outer
        return b"".join(inner[2:])

    def member(self, value: enum.Enum) -> None:
        """A member goes by its class and name, a combination of flags by its number."""
        cls = type(value)
        path = name_of(cls)
        content = value.value if isinstance(value, enum.Flag) else value.name
        if path is None or member_of(cls, content) is not value:
            raise CannotEncode(f"{value!r} cannot be had again from its class {cls.__qualname__} by its name")
        digest = self.class_digest(cls) if self.class_digest else None
        self.items(ENUM, (path, content, digest))


_CONTAINERS: dict[type, Callable[[PlainWriter, Any], None]] = {
    list: PlainWriter.list,
    dict: PlainWriter.dict,
    tuple: PlainWriter.tuple,
    set: PlainWriter.set,
    frozenset: PlainWriter.frozenset,
    bytearray: PlainWriter.bytearray,
}


def _packed(value: Any) -> tuple[bytes, bytes] | None:
    """All items as one run of machine numbers, if they are of one type that has one."""
    kinds = set(map(type, value))
    code = _RUNS.get(kinds.pop()) if len(kinds) == 1 else None
    if code is None:
        return None
    try:
        return code.encode(), struct.pack(f"<{len(value)}{code}", *value)
    except struct.error:  # an int of more than 64 bits
        return None
