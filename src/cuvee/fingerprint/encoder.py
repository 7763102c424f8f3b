"""The encoder: a value as canonical typed bytes, the code in it as links to nodes.

Nothing is sampled, nothing goes by `repr` or by identity. What it cannot look into it takes apart
as pickle would; where even that fails there is a hole, and the node that the value belongs to says so.
"""

from __future__ import annotations

import copyreg
import functools
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from cuvee.codecs.declared import METHOD, declared_by
from cuvee.fingerprint.by_name import encode_named
from cuvee.fingerprint.changing import can_change
from cuvee.fingerprint.families import encode_family
from cuvee.fingerprint.holes import describe, is_harmless, is_hole, look_refused, weakly_held
from cuvee.fingerprint.leaves import PLAIN
from cuvee.fingerprint.node import Hole, Node
from cuvee.fingerprint.shapes import SHAPES
from cuvee.model.digest import digest_parts

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

# Each level takes several of Python's own, of which there are a thousand.
_MAX_DEPTH = 80


class Encoder:
    """Encodes values that belong to one node."""

    explorer: Explorer
    node: Node

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
        refused = look_refused(value)
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
        return self.instance(value) if found is None else found

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

    def instance(self, value: Any) -> bytes:
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
