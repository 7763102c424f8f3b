"""Plain values: numbers, text, dates, and lists, dicts and sets of them, as canonical typed bytes.

Every item carries its type and its length, so no two values that differ have the same bytes. The
order of a dict counts, the order of a set does not. It is on the path of every call: the commonest
types come first, and nothing here is imported but what the standard library loads anyway.
"""

from __future__ import annotations

import enum
import struct
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import ClassDigest, Encoded, Encoding, Parts
from cuvee.codecs.leaves import SCALARS, STRUCTURED
from cuvee.codecs.naming import name_of, thing_named
from cuvee.errors import CannotDecode, CannotEncode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

name = "plain"

# Up to here the bytes are kept in the database, beyond it they are a part.
INLINE_BYTES = 1 << 16

# Deeper than this is no configuration any more, and Python's own limit is near.
MAX_DEPTH = 100

# A list this long of nothing but floats, or of ints of 64 bits, is written in one go.
_RUN = 32
_RUNS: dict[type, str] = {float: "d", int: "q"}

_SMALL = [bytes((size,)) for size in range(0x80)]
_ENUM, _SHARED = b"E", b"&"


def encode_plain(value: Any, class_digest: ClassDigest | None = None) -> bytes:
    """The canonical bytes of a plain value.

    `class_digest` gives the fingerprint of an Enum's class, which then counts; without it the
    class counts by its name. Raises CannotEncode when the value, or an item of it, is not plain.
    """
    scalar = SCALARS.get(type(value))
    if scalar is not None:
        payload = scalar[1](value)
        return scalar[0] + _length(len(payload)) + payload
    writer = _Writer(class_digest)
    writer.write(value)
    return b"".join(writer.pieces)


def decode_plain(data: bytes) -> Any:
    """The value that `encode_plain` wrote. Raises CannotDecode for any other bytes."""
    reader = _Reader(data)
    try:
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
        return Encoded(name, type(value).__qualname__, data)
    return Encoded(name, type(value).__qualname__, parts=(("value", data),))


def decode(parts: Parts) -> Any:
    return decode_plain(parts.meta or bytes(parts.read("value")))


def _length(number: int) -> bytes:
    """A length in as few bytes as it takes, seven bits each, the last without the high bit."""
    if number < 0x80:
        return _SMALL[number]
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class _Writer:
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
            self.pieces += (scalar[0], _length(len(payload)), payload)
            return
        container = _CONTAINERS.get(kind)
        if container is not None:
            container(self, value)
            return
        structured = STRUCTURED.get(kind)
        if structured is not None:
            self.items(structured[0], structured[1](value))
        elif isinstance(value, enum.Enum):
            self.member(value)
        else:
            raise CannotEncode(f"a {kind.__module__}.{kind.__qualname__} is not a plain value")

    def items(self, tag: bytes, items: Iterable[Any]) -> None:
        items = tuple(items)
        self.pieces += (tag, _length(len(items)))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CannotEncode(f"the value is nested deeper than {MAX_DEPTH} levels")
        for item in items:
            self.write(item)
        self.depth -= 1

    def sequence(self, tag: bytes, run: bytes, value: list[Any] | tuple[Any, ...]) -> None:
        if len(value) >= _RUN and (packed := _packed(value)):
            self.pieces += (run, packed[0], _length(len(value)), packed[1])
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
            self.pieces += (_SHARED, _length(number))

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
        self.mutable(value, lambda: self.pieces.extend((b"B", _length(len(value)), bytes(value))))

    def unordered(self, tag: bytes, value: Iterable[Any]) -> None:
        encoded = sorted(self.alone(item) for item in value)
        self.pieces += (tag, _length(len(encoded)), *encoded)

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
        if path is None or _member(cls, content) is not value:
            raise CannotEncode(f"{value!r} cannot be had again from its class {cls.__qualname__} by its name")
        digest = self.class_digest(cls) if self.class_digest else None
        self.items(_ENUM, (path, content, digest))


_CONTAINERS: dict[type, Callable[[_Writer, Any], None]] = {
    list: _Writer.list,
    dict: _Writer.dict,
    tuple: _Writer.tuple,
    set: _Writer.set,
    frozenset: _Writer.frozenset,
    bytearray: _Writer.bytearray,
}


def _member(cls: Any, content: Any) -> Any:
    try:
        return cls(content) if issubclass(cls, enum.Flag) else cls[content]
    except (KeyError, ValueError):
        return None


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


class _Reader:
    """Reads what `_Writer` wrote, containers numbered in the same order."""

    __slots__ = ("data", "met", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.met: list[Any] = []

    def read(self) -> Any:
        tag = self.take(1)
        scalar = _SCALAR_TAGS.get(tag)
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
        member = _member(thing_named(path), content)
        if member is None:
            raise CannotDecode(f"{path} has no member {content!r} any more: bring it back, or run again")
        return member


_SCALAR_TAGS = {tag: load for tag, _, load in SCALARS.values()}
_STRUCTURED_TAGS = {tag: make for tag, _, make in STRUCTURED.values()}
_CONTAINER_TAGS: dict[bytes, Callable[[_Reader], Any]] = {
    b"[": lambda reader: reader.mutable([], reader.items),
    b"l": lambda reader: reader.mutable([], reader.run),
    b"(": lambda reader: tuple(reader.items()),
    b"t": _Reader.run,
    b"{": lambda reader: reader.mutable({}, reader.pairs),
    b"<": lambda reader: reader.mutable(set(), reader.items),
    b">": lambda reader: frozenset(reader.items()),
    b"B": lambda reader: reader.mutable(bytearray(), lambda: reader.take(reader.length())),
    _SHARED: lambda reader: reader.met[reader.length()],
    _ENUM: _Reader.member,
}
