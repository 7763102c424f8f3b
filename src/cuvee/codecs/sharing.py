"""Sharing: whether values that pickle keeps apart hold one object that can be changed.

A model and the optimizer that holds its weights are two no longer when each is read back by itself.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from cuvee.codecs.codec import Encoded

# Two that hold one of these cannot tell it from two equal ones.
_UNCHANGING = (
    *(str, bytes, int, float, complex, tuple, frozenset, enum.Enum),
    *(type, FunctionType, BuiltinFunctionType, ModuleType),
)


class Shared(NamedTuple):
    """One object in two values, which go by these names."""

    first: str
    second: str
    held: Any


def pickled_leaves(encoded: Encoded) -> Iterator[Encoded]:
    """What of a container is kept by pickle, each leaf by itself."""
    if encoded.pickler is not None:
        yield encoded
    elif encoded.codec == "composite":
        for _, child in encoded.children:
            yield from pickled_leaves(child)


def find_shared(leaves: Iterable[tuple[str, Encoded]]) -> Shared | None:
    """An object that can be changed and that two leaves of different names hold; None if there is none."""
    pickled = [(name, leaf) for name, leaf in leaves if leaf.pickler is not None]
    if len({name for name, _ in pickled}) < 2:
        return None
    owners: dict[int, str] = {}
    for name, leaf in pickled:
        memo: dict[int, tuple[int, Any]] = leaf.pickler.memo.copy()
        for key, (_, held) in memo.items():
            owner = owners.setdefault(key, name)
            if owner != name and not _is_unchanging(held):
                return Shared(owner, name, held)
    return None


def shared_between(encoded: Encoded) -> Shared | None:
    """The same of the elements of a container, at any depth, as values that go by the elements' names."""
    return find_shared((name, leaf) for name, child in encoded.children for leaf in pickled_leaves(child))


def _is_unchanging(held: Any) -> bool:
    kind = type(held)
    return isinstance(held, _UNCHANGING) or (kind.__module__, kind.__name__[-5:].lower()) == (
        "numpy.dtypes",
        "dtype",
    )
