"""Nodes are read back: what `node_writer` wrote becomes objects again."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cuvee.codecs import text_column
from cuvee.codecs.node_writer import Node
from cuvee.codecs.numpy import array_from
from cuvee.codecs.plain import decode_plain
from cuvee.errors import CannotDecode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts


class NodeReader:
    """Reads nodes of one artifact."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._children: dict[str, Callable[[], Any]] | None = None

    def read(self, node: Node, at: str) -> Any:
        """The value of a node whose parts go by names that begin with `at`."""
        return _READERS[node[0]](self, at, *node[1:])

    def part(self, number: int, at: str) -> memoryview:
        return self._parts.read(f"{at}.{number}")

    def _plain(self, _: str, data: bytes) -> Any:
        return decode_plain(data)

    def _list(self, at: str, *nodes: Node) -> list[Any]:
        return [self.read(node, at) for node in nodes]

    def _tuple(self, at: str, *nodes: Node) -> tuple[Any, ...]:
        return tuple(self.read(node, at) for node in nodes)

    def _dict(self, at: str, *pairs: tuple[Node, Node]) -> dict[Any, Any]:
        return {self.read(key, at): self.read(item, at) for key, item in pairs}

    def _array(self, at: str, dtype: Any, shape: tuple[int, ...], axes: tuple[int, ...], number: int) -> Any:
        return array_from(dtype, shape, axes, self.part(number, at))

    def _text(self, at: str, shape: tuple[int, ...], about: tuple[Any, ...], number: int) -> Any:
        return _object_array(text_column.decode(about, self.part(number, at)), shape)

    def _objects(self, at: str, shape: tuple[int, ...], number: int) -> Any:
        return _object_array(decode_plain(bytes(self.part(number, at))), shape)

    def _global(self, _: str, module: str, name: str) -> Any:
        return _library_thing(module, name)

    def _made(self, at: str, make: tuple[str, str], arguments: Node, state: Node) -> Any:
        value = _library_thing(*make)(*self.read(arguments, at))
        read = self.read(state, at)
        if read is None:
            return value
        if hasattr(value, "__setstate__"):
            value.__setstate__(read)
        elif isinstance(read, tuple):
            _set_attributes(value, {**(read[0] or {}), **read[1]})
        else:
            _set_attributes(value, read)
        return value

    def _arrow(self, at: str, kind: str, number: int) -> Any:
        from cuvee.codecs.arrow_stream import value_of

        return value_of(kind, self.part(number, at))

    def _child(self, at: str, number: int) -> Any:
        if self._children is None:
            self._children = dict(self._parts.children())
        return self._children[f"{at}.{number}"]()


def _set_attributes(value: Any, state: dict[str, Any]) -> None:
    for name, item in state.items():
        object.__setattr__(value, name, item)


def _object_array(items: list[Any], shape: tuple[int, ...]) -> Any:
    return np.fromiter(items, object, len(items)).reshape(shape)


@cache
def _library_thing(module: str, name: str) -> Any:
    try:
        found: Any = importlib.import_module(module)
        for step in name.split("."):
            found = getattr(found, step)
    except (ImportError, AttributeError) as error:
        raise CannotDecode(
            f"the value was made with {module}.{name}, which is not there now ({error}): "
            "was it made with other versions of its packages? Run again"
        ) from error
    return found


_READERS: dict[str, Callable[..., Any]] = {
    "=": NodeReader._plain,
    "list": NodeReader._list,
    "tuple": NodeReader._tuple,
    "dict": NodeReader._dict,
    "array": NodeReader._array,
    "text": NodeReader._text,
    "objects": NodeReader._objects,
    "global": NodeReader._global,
    "made": NodeReader._made,
    "arrow": NodeReader._arrow,
    "child": NodeReader._child,
}
