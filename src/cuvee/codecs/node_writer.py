"""Objects of data libraries as nodes: taken apart as pickling would, but into plain values.

Pickle's bytes depend on which texts happen to be one object, so equal frames made in two
processes would differ. A node says only what the value is. Arrays become parts, what no node can
say a child of its own by whichever codec takes it. Names of parts are relative to a place (`at`),
so that what is said of a column does not depend on where it stands.
"""

from __future__ import annotations

import copyreg
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from cuvee.codecs import text_column
from cuvee.codecs.arrow_pieces import in_pieces
from cuvee.codecs.leaves import SCALARS
from cuvee.codecs.numpy import array_form
from cuvee.codecs.plain import encode_plain
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Buffer, Encoded, Encoding

Node = tuple[Any, ...]

# Whose classes and functions a node may name: their own way of pickling is all there is to them.
LIBRARIES = frozenset(
    {"pandas", "numpy", "pyarrow", "scipy", "pytz", "dateutil", "copyreg", "datetime", "zoneinfo"}
)

# What of an instance is no part of its value: what its library has remembered and can find out again, and
# whether it is some view of pandas' that must not be written to. What is read is private and writable.
_NO_STATE = frozenset({"_cache", "_readonly"})


class NodeWriter:
    """Writes the nodes of one value. `live` as in `Encoded`."""

    def __init__(self, encoding: Encoding) -> None:
        self.parts: list[tuple[str, Buffer]] = []
        self.children: list[tuple[str, Encoded]] = []
        self.live = True
        self._encoding = encoding
        self._names: dict[str, int] = {}

    def write(self, value: Any, at: str) -> Node:
        """The node of a value; its parts and children go by names that begin with `at`."""
        if isinstance(value, np.ndarray) and type(value) is np.ndarray:
            return self.array(value, at)
        plain = self._plain(value)
        if plain is not None:
            return "=", plain
        kind = type(value)
        if kind in (list, tuple):
            return ("list" if kind is list else "tuple", *(self.write(item, at) for item in value))
        if kind is dict:
            return ("dict", *((self.write(key, at), self.write(item, at)) for key, item in value.items()))
        return self._library_value(value, at)

    def whole(self, value: Any, at: str) -> Node:
        """The node of a value of the user's: plain, or a child."""
        plain = self._plain(value)
        return self._child(value, at) if plain is None else ("=", plain)

    def array(self, array: Any, at: str) -> Node:
        """The node of an array: its bytes, or for one of objects what they are."""
        if array.dtype.kind == "O":
            return self.objects(array, at) or self._child(array, at)
        form = array_form(array)
        if form is None:
            return self._child(array, at)
        self.live &= form.live
        return "array", form.dtype, array.shape, form.axes, self.part(form.data, at)

    def part(self, content: Buffer, at: str) -> int:
        """The number of a new part at this place."""
        number = self._number(at)
        self.parts.append((f"{at}.{number}", content))
        return number

    def objects(self, array: Any, at: str) -> Node | None:
        """An array of objects: text by its characters, other plain values as such; None for others."""
        if array.dtype.metadata or array.dtype.names:
            return None
        items = array.ravel(order="C").tolist()
        self.live &= array.flags.c_contiguous
        form = text_column.encode(items)
        if form is not None:
            return "text", array.shape, form.about, self.part(form.data, at)
        data = self._plain(items)
        if data is None:
            return None
        # Two columns may hold one list: here each gets its own.
        self.live &= set(map(type, items)) <= SCALARS.keys()
        return "objects", array.shape, self.part(data, at)

    def _library_value(self, value: Any, at: str) -> Node:
        named = _global_name(value)
        if named is not None:
            return "global", *named
        if type(value).__module__.partition(".")[0] not in LIBRARIES:
            return self._child(value, at)
        if type(value).__module__.partition(".")[0] == "pyarrow":
            return self._arrow(value, at)
        return self._reduced(value, at)

    def _reduced(self, value: Any, at: str) -> Node:
        reducer = copyreg.dispatch_table.get(type(value))
        try:
            reduced: Any = reducer(value) if reducer else value.__reduce_ex__(4)
        except Exception:  # noqa: BLE001 - the library's own code; pickle, which is asked next, tells what is wrong
            return self._child(value, at)
        if isinstance(reduced, str) or any(reduced[3:]) or (make := _global_name(reduced[0])) is None:
            return self._child(value, at)
        state = in_pieces(value, _own_state(reduced[2] if len(reduced) > 2 else None))
        return "made", make, self.write(tuple(reduced[1]), at), self.write(state, at)

    def _arrow(self, value: Any, at: str) -> Node:
        from cuvee.codecs.arrow_stream import stream_of

        form = stream_of(value)
        if form is None:
            return self._reduced(value, at)
        self.live &= form.live
        return "arrow", form.kind, self.part(form.data, at)

    def _child(self, value: Any, at: str) -> Node:
        number = self._number(at)
        child = self._encoding.encode(value)
        self.live &= child.live
        self.children.append((f"{at}.{number}", child))
        return "child", number

    def _plain(self, value: Any) -> bytes | None:
        try:
            return encode_plain(value, self._encoding.class_digest)
        except CannotEncode:
            return None

    def _number(self, at: str) -> int:
        number = self._names.get(at, 0)
        self._names[at] = number + 1
        return number


def _own_state(state: Any) -> Any:
    """The state of an instance without what is no part of its value.

    Where nothing else is in its attributes, there are none in the state either: as pandas has it then.
    """
    if type(state) is not tuple:
        return _own_attributes(state) or None if type(state) is dict else state
    own = tuple(map(_own_attributes, state))
    return own[:-1] if own and type(own[-1]) is dict and not own[-1] else own


def _own_attributes(state: Any) -> Any:
    if type(state) is not dict or _NO_STATE.isdisjoint(state):
        return state
    return {name: item for name, item in state.items() if name not in _NO_STATE}


def _global_name(value: Any) -> tuple[str, str] | None:
    """Module and name of a library's class, function or singleton, where they lead back to it."""
    if type(value).__name__ in _SINGLETONS and type(value).__module__.startswith("pandas."):
        return "pandas", _SINGLETONS[type(value).__name__]
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or not callable(value):
        return None
    if module.partition(".")[0] not in LIBRARIES:
        return None
    found: Any = sys.modules.get(module)
    for step in name.split("."):
        found = getattr(found, step, None)
    return (module, name) if found is value else None


_SINGLETONS = {"NAType": "NA", "NaTType": "NaT"}
