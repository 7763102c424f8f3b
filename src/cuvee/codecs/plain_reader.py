"""Plain values are read back from what `plain_writer` wrote."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from cuvee.codecs.leaves import ENUM, LATE, SCALARS, SHARED, STRUCTURED, member_of
from cuvee.codecs.naming import thing_named
from cuvee.errors import CannotDecode


class PlainReader:
    """Reads what `PlainWriter` wrote, containers numbered in the same order."""

    __slots__ = ("data", "met", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.met: list[Any] = []

    def read(self) -> Any:
        tag = self.take(1)
        scalar = SCALAR_TAGS.get(tag)
        if scalar is not None:
            return scalar(self.take(self.length()))
        structured = _STRUCTURED_TAGS.get(tag)
        if structured is not None:
            return structured(*self.items())
        return _CONTAINER_TAGS[tag](self)

    def take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self.data):
            raise ValueError(f"it ends after {len(self.data)} bytes")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def length(self) -> int:
        number, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    def items(self) -> list[Any]:
        return [self.read() for _ in range(self.length())]

    def run(self) -> tuple[Any, ...]:
        code = self.take(1).decode()
        count = self.length()
        return struct.unpack(f"<{count}{code}", self.take(8 * count))

    def mutable(self, empty: Any, fill: Callable[[], Any]) -> Any:
        """Keep the container's number before its items get theirs."""
        self.met.append(empty)
        (empty.extend if isinstance(empty, list | bytearray) else empty.update)(fill())
        return empty

    def pairs(self) -> list[tuple[Any, Any]]:
        items = self.items()
        return list(zip(items[::2], items[1::2], strict=True))

    def member(self) -> Any:
        path, content, _ = self.items()
        member = member_of(thing_named(path), content)
        if member is None:
            raise CannotDecode(f"{path} has no member {content!r} any more: bring it back, or run again")
        return member


SCALAR_TAGS = {tag: load for tag, _, load in SCALARS.values()}
_STRUCTURED_TAGS = {tag: make for tag, _, make in (*STRUCTURED.values(), *LATE.values())}
_CONTAINER_TAGS: dict[bytes, Callable[[PlainReader], Any]] = {
    b"[": lambda reader: reader.mutable([], reader.items),
    b"l": lambda reader: reader.mutable([], reader.run),
    b"(": lambda reader: tuple(reader.items()),
    b"t": PlainReader.run,
    b"{": lambda reader: reader.mutable({}, reader.pairs),
    b"<": lambda reader: reader.mutable(set(), reader.items),
    b">": lambda reader: frozenset(reader.items()),
    b"B": lambda reader: reader.mutable(bytearray(), lambda: reader.take(reader.length())),
    SHARED: lambda reader: reader.met[reader.length()],
    ENUM: PlainReader.member,
}
