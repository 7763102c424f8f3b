"""Sharing: whether values that pickle would keep apart hold one object that can be changed.

A model and the optimizer that holds its weights are two no longer when each is read back by itself.
"""

from __future__ import annotations

import enum
import io
import pickle
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.codecs.elements import take_apart

if TYPE_CHECKING:
    from cuvee.codecs.codec import Encoded, Encoding

# Two that hold one of these cannot tell it from two equal ones.
_UNCHANGING = (
    *(str, bytes, int, float, complex, tuple, frozenset, enum.Enum),
    *(type, FunctionType, BuiltinFunctionType, ModuleType),
)


def pickled_leaves(value: Any, encoded: Encoded, pickled: frozenset[str]) -> Iterator[Any]:
    """What of a container is kept by pickle, each leaf by itself."""
    if encoded.codec in pickled:
        yield value
    elif encoded.codec == "composite":
        taken = take_apart(value)
        assert taken is not None
        for item, (_, child) in zip(taken.items, encoded.children, strict=True):
            yield from pickled_leaves(item, child, pickled)


def share_state(values: Iterable[Any], encoding: Encoding) -> bool:
    """Whether two of these values, each of which can be pickled, hold one object that can be changed."""
    from cuvee.codecs.pickling import plain_pickler  # cloudpickle takes 10 ms

    met: set[int] = set()
    # Each keeps alive what it has met, so that no id comes twice.
    picklers: list[pickle.Pickler] = []
    for value in values:
        pickler = plain_pickler(io.BytesIO(), encoding)
        pickler.dump(value)
        picklers.append(pickler)
        memo: dict[int, tuple[int, Any]] = pickler.memo.copy()
        own = {key for key, (_, held) in memo.items() if not _is_unchanging(held)}
        if not own.isdisjoint(met):
            return True
        met |= own
    return False


def _is_unchanging(held: Any) -> bool:
    kind = type(held)
    return isinstance(held, _UNCHANGING) or (kind.__module__, kind.__name__[-5:].lower()) == (
        "numpy.dtypes",
        "dtype",
    )
