"""The encoder: a value as canonical typed bytes, the code in it as links to nodes.

Nothing is sampled, nothing goes by `repr` or by identity. What it cannot look into it takes apart
as pickle would; where even that fails there is a hole, and the node that the value belongs to says so.
"""

from __future__ import annotations

import copyreg
import functools
import struct
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    EllipsisType,
    FunctionType,
    GenericAlias,
    MappingProxyType,
    MethodType,
    ModuleType,
    NotImplementedType,
)
from typing import TYPE_CHECKING, Any

from cuvee.codecs.declared import METHOD, declared_by
from cuvee.fingerprint.by_name import encode_named
from cuvee.fingerprint.changing import can_change
from cuvee.fingerprint.families import encode_family
from cuvee.fingerprint.generators import name_of_method
from cuvee.fingerprint.holes import class_refused, describe, is_harmless, is_hole, weakly_held
from cuvee.fingerprint.node import Hole, Node
from cuvee.fingerprint.origins import loaded_name
from cuvee.model.digest import digest_bytes, digest_parts

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

# Each level takes several of Python's own, of which there are a thousand.
_MAX_DEPTH = 80


class Encoder:
    """Encodes values that belong to one node."""

    def __init__(self, explorer: Explorer, node: Node) -> None:
        self.explorer = explorer
        self.node = node
        self.exposed = False
        self._open: dict[int, int] = {}
        self._lowest = 0
        self._known: dict[int, tuple[bytes, Any]] = {}
        self._numbers: dict[int, tuple[int, Any]] = {}

    def encode(self, value: Any) -> bytes:
        """The bytes that stand for the value: self-delimiting, equal for equal values only."""
        kind = type(value)
        plain = PLAIN.get(kind)
        if plain is not None:
            return plain(value)
        refused = class_refused(value)
        if refused is not None:
            return self._hole(value, refused)
        if kind is FunctionType or isinstance(value, type):
            return self.explorer.thing(value, self.node, exposed=self.exposed)
        return self._remembered(value)

    def _remembered(self, value: Any) -> bytes:
        """A value that may contain itself, or come up many times.

        One that can change goes by its number the second time: two places that hold it see each
        other's changes, and so would copies of both. Of all others only the content counts.
        """
        key = id(value)
        met = self._numbers.get(key)
        if met is not None:
            return b"&" + met[0].to_bytes(4, "little")
        known = self._known.get(key)
        if known is not None:
            return known[0]
        depth = len(self._open)
        if key in self._open:
            self._lowest = min(self._lowest, self._open[key])
            return b"^" + (depth - self._open[key]).to_bytes(4, "little")
        if depth > _MAX_DEPTH:
            return self._hole(value)
        numbered = len(self._numbers)
        if can_change(value):
            self._numbers[key] = (numbered, value)
        outer, self._lowest = self._lowest, depth
        self._open[key] = depth
        try:
            found = self._encode(value)
        finally:
            del self._open[key]
        if self._lowest >= depth and len(self._numbers) == numbered:
            self._known[key] = (found, value)
        self._lowest = min(outer, self._lowest)
        return found

    def _encode(self, value: Any) -> bytes:
        kind = type(value)
        declared = declared_by(kind)
        if declared is not None:
            return self._declared(kind, declared, value)
        shape = SHAPES.get(kind)
        if shape is not None:
            return shape(self, value)
        found = encode_family(self, value)
        return self._instance(value) if found is None else found

    def _declared(self, kind: type, content: Callable[[Any], Any], value: Any) -> bytes:
        """By what its class says of it; the code that says it is the class's, or was registered."""
        registered = getattr(kind, METHOD, None) is not content
        try:
            told = content(value)
        except Exception as error:  # noqa: BLE001 - the user's own code, which may raise anything
            raised = f"{describe(value)} (what identifies it raised {type(error).__name__}: {error})"
            self.node.holes.append(Hole(raised, harmless=False))
            told = None
        parts = [self.encode(kind), self.encode(content) if registered else b"", self.encode(told)]
        return self.join("declared", parts)

    def join(self, tag: str, parts: Iterable[bytes]) -> bytes:
        return b"#" + digest_parts(tag, parts)

    def each(self, values: Iterable[Any]) -> list[bytes]:
        return [self.encode(value) for value in values]

    def _hole(self, value: Any, refused: str | None = None) -> bytes:
        """A value that cannot be looked into; `refused`: nor be asked what it is, and why."""
        hole = Hole(describe(value), is_harmless(value)) if refused is None else Hole(refused, harmless=False)
        self.node.holes.append(hole)
        return self.join("hole", [type(value).__module__.encode(), type(value).__qualname__.encode()])

    def _instance(self, value: Any) -> bytes:
        """Any other object: what pickle would make of it, without making it."""
        kind = type(value)
        if is_hole(value):
            held = weakly_held(value)
            return self._hole(value) + (self.unordered("weak", held) if held else b"")
        try:
            reducer = copyreg.dispatch_table.get(kind)
            reduced = reducer(value) if reducer else value.__reduce_ex__(4)
        except Exception:  # noqa: BLE001 - the value's own code, which says in its own way that it has no content
            return self._hole(value)
        if isinstance(reduced, str):
            return encode_named(self, value, reduced)
        if not _is_reduction(reduced):
            return self._hole(value)
        outer, self.exposed = self.exposed, self.exposed or self.explorer.exposes(kind)
        try:
            return self._reduced(kind, reduced)
        finally:
            self.exposed = outer

    def _reduced(self, kind: type, reduced: tuple[Any, ...]) -> bytes:
        make, arguments, *rest = reduced
        state = rest[0] if rest else None
        if state is not None:
            state = _without_cached(kind, state)
        parts = [self.encode(make), self.encode(tuple(arguments)), self.encode(state)]
        parts += [self.join("items", self.each(items)) for items in rest[1:3] if items is not None]
        return self.join("object", [self._kind(kind, arguments), *parts])

    def _kind(self, kind: type, arguments: tuple[Any, ...]) -> bytes:
        return b"" if arguments and arguments[0] is kind else self.encode(kind)

    def unordered(self, tag: str, values: Iterable[Any]) -> bytes:
        """The items of a set: each on a node of its own first, so that the order they come in is gone."""
        found: list[tuple[bytes, list[str], Node]] = []
        for value in tuple(values):
            own = Node("item", self.node.base, None, None, self.node.file, self.node.line)
            own.at = self.node.at
            inner = Encoder(self.explorer, own)
            inner.exposed, inner._open, inner._lowest = self.exposed, dict(self._open), len(self._open)
            found.append((inner.encode(value), [edge.node.base for edge in own.edges], own))
            self._lowest = min(self._lowest, inner._lowest)
        found.sort(key=lambda item: item[:2])
        parts: list[bytes] = []
        for token, _, own in found:
            parts += [token, *self.node.take(own)]
        return self.join(tag, parts)


def _is_reduction(reduced: Any) -> bool:
    """Whether `__reduce_ex__` gave what pickle could use: a class may answer anything to any name."""
    return isinstance(reduced, tuple) and 2 <= len(reduced) <= 6 and isinstance(reduced[1], tuple)


def _without_cached(kind: type, state: Any) -> Any:
    """The state of an instance less what its cached properties have kept there."""
    plain = state[0] if type(state) is tuple and len(state) == 2 else state
    if type(plain) is not dict:
        return state
    cached = [name for name in plain if isinstance(_class_attribute(kind, name), functools.cached_property)]
    if not cached:
        return state
    left = {name: item for name, item in plain.items() if name not in cached}
    return left if plain is state else (left, state[1])


def _class_attribute(kind: type, name: Any) -> Any:
    for cls in kind.__mro__:
        if name in cls.__dict__:
            return cls.__dict__[name]
    return None


# Longer text and bytes go by their digest: encoded values are put together, and that copies.
_LONG = 1 << 12


def leaf(tag: bytes, content: bytes) -> bytes:
    if len(content) > _LONG:
        return b"L" + tag + len(content).to_bytes(8, "little") + digest_bytes(content)
    return tag + len(content).to_bytes(8, "little") + content


def _integer(value: int) -> bytes:
    return leaf(b"i", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))


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
}


def _cell(encoder: Encoder, value: CellType) -> bytes:
    try:
        content = value.cell_contents
    except ValueError:
        return b"O"
    return encoder.join("cell", [encoder.encode(content)])


def _partial(encoder: Encoder, value: functools.partial[Any]) -> bytes:
    return encoder.join("partial", encoder.each((value.func, value.args, value.keywords, vars(value))))


def _property(encoder: Encoder, value: property) -> bytes:
    return encoder.join("property", encoder.each((value.fget, value.fset, value.fdel)))


def _method(encoder: Encoder, value: MethodType) -> bytes:
    named = _offered(encoder, value)
    return encoder.join("method", encoder.each((value.__func__, value.__self__))) if named is None else named


def _builtin(encoder: Encoder, value: BuiltinFunctionType) -> bytes:
    owner = value.__self__
    if owner is None or isinstance(owner, ModuleType):
        return encoder.explorer.foreign(value, encoder.node)
    named = _offered(encoder, value)
    if named is not None:
        return named
    return encoder.join("bound", [encoder.encode(owner), value.__name__.encode()])


def _offered(encoder: Encoder, value: Any) -> bytes | None:
    """A method that a library offers as a function of its own, by its name."""
    named = name_of_method(value)
    if named is None or encoder.explorer.origins.of_module(named[0]) == "project":
        return None
    return encoder.explorer.foreign_name(*named, encoder.node)


def _descriptor(encoder: Encoder, value: Any) -> bytes:
    owner: type = value.__objclass__
    return encoder.join(
        "descriptor", [owner.__module__.encode(), owner.__qualname__.encode(), value.__name__.encode()]
    )


def _memory(encoder: Encoder, value: memoryview) -> bytes:
    """A view by what it shows, and how: where it looks counts no more than for an array."""
    how = (value.format, value.shape, value.readonly, value.c_contiguous, value.f_contiguous)
    return encoder.join("memoryview", [encoder.encode(how), digest_bytes(value.tobytes())])


def _slice(encoder: Encoder, value: slice) -> bytes:
    return encoder.join("slice", encoder.each((value.start, value.stop, value.step)))


def _module(encoder: Encoder, value: ModuleType) -> bytes:
    return encoder.explorer.used_module(encoder.node, value, loaded_name(vars(value)))


# What lives goes on: a container is looked at as it is at one moment.


def _items(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.join(tag, encoder.each(tuple(value)))


def _pairs(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.join(
        tag, encoder.each(item for pair in tuple(value.items()) for item in pair)
    )


def _set(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.unordered(tag, value)


def _wrapped(tag: str) -> Callable[[Encoder, Any], bytes]:
    return lambda encoder, value: encoder.join(tag, [encoder.encode(value.__func__)])


SHAPES: dict[type, Callable[[Encoder, Any], bytes]] = {
    list: _items("list"),
    tuple: _items("tuple"),
    dict: _pairs("dict"),
    MappingProxyType: _pairs("mappingproxy"),
    set: _set("set"),
    frozenset: _set("frozenset"),
    bytearray: lambda encoder, value: encoder.join("bytearray", [digest_bytes(value)]),
    memoryview: _memory,
    slice: _slice,
    CellType: _cell,
    CodeType: lambda encoder, value: encoder.join("code", [encoder.explorer.behaviour(value).digest]),
    MethodType: _method,
    staticmethod: _wrapped("staticmethod"),
    classmethod: _wrapped("classmethod"),
    property: _property,
    functools.partial: _partial,
    BuiltinFunctionType: _builtin,
    ModuleType: _module,
    GenericAlias: lambda encoder, value: encoder.join(
        "alias", [encoder.encode(value.__origin__), *encoder.each(value.__args__)]
    ),
    **dict.fromkeys(
        (type(str.join), type(str.__add__), type(MethodType.__func__), type(FunctionType.__globals__)),
        _descriptor,
    ),
}
