"""Pickling with sets in a fixed order: their own is another in each process, as hashes of text are.

Slower by far than pickle's own, so it is used only where there are sets.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable, Iterable
from typing import Any

from cuvee.codecs.plain import encode_plain
from cuvee.errors import CannotEncode

# Beyond this, looking for sets would take longer than making the value again may.
MAX_BYTES = 1 << 18

# Pickle's own pickler written in Python: the one in C lets nobody have a word on sets.
_Pickler: Any = pickle._Pickler

_SETS = frozenset({"EMPTY_SET", "FROZENSET"})
_OPCODES = (pickle.EMPTY_SET, pickle.FROZENSET)

# Never taken apart in a way of somebody's own.
_BUILT_IN = frozenset(
    {type(None), bool, int, float, complex, str, bytes, bytearray, tuple, list, dict, set, frozenset}
)


def has_sets(stream: bytes | memoryview) -> bool:
    """Whether a short pickle has sets of more than one item in it."""
    data = bytes(stream) if len(stream) <= MAX_BYTES else b""
    if not any(opcode in data for opcode in _OPCODES):
        return False
    return any(opcode.name in _SETS for opcode, _, _ in pickletools.genops(data))


class SteadyPickler(_Pickler):  # type: ignore[misc]
    """Writes what the pickler that it stands in for would write, sets in the order of their items' bytes.

    `reduce` says how an object is taken apart, as `reducer_override` does; `table` is the
    `dispatch_table` to go by.
    """

    def __init__(
        self,
        stream: io.BytesIO,
        reduce: Callable[[Any], Any],
        table: Any,
        apart: Callable[[pickle.PickleBuffer], Any] | None,
    ) -> None:
        super().__init__(stream, protocol=5, buffer_callback=apart)
        self.dispatch_table = table
        self._reduce = reduce

    def reducer_override(self, obj: Any) -> Any:
        return NotImplemented if type(obj) in _BUILT_IN else self._reduce(obj)

    def _save_set(self, obj: set[Any]) -> None:
        self.write(pickle.EMPTY_SET)
        self.memoize(obj)
        items = self._in_order(obj)
        if items:
            self.write(pickle.MARK)
            for item in items:
                self.save(item)
            self.write(pickle.ADDITEMS)

    def _save_frozenset(self, obj: frozenset[Any]) -> None:
        self.write(pickle.MARK)
        for item in self._in_order(obj):
            self.save(item)
        known = self.memo.get(id(obj))
        if known is not None:  # it was met again within itself
            self.write(pickle.POP_MARK + self.get(known[0]))
            return
        self.write(pickle.FROZENSET)
        self.memoize(obj)

    def _save_buffer(self, obj: pickle.PickleBuffer) -> None:
        # Pickle's own cannot save two empty ones: it takes their bytes, one object, for met before.
        with obj.raw() as view:
            if self._buffer_callback is None or self._buffer_callback(obj):
                self.save(view.tobytes() if view.readonly else bytearray(view))
            else:
                self.write(pickle.NEXT_BUFFER + (pickle.READONLY_BUFFER if view.readonly else b""))

    def _in_order(self, items: Iterable[Any]) -> list[Any]:
        found = list(items)
        return found if len(found) < 2 else sorted(found, key=self._alone)

    def _alone(self, item: Any) -> bytes:
        try:
            return encode_plain(item)
        except CannotEncode:
            stream = io.BytesIO()
            SteadyPickler(stream, self._reduce, self.dispatch_table, None).dump(item)
            return stream.getvalue()

    dispatch = {  # noqa: RUF012
        **_Pickler.dispatch,
        set: _save_set,
        frozenset: _save_frozenset,
        pickle.PickleBuffer: _save_buffer,
    }
