"""A task that yields its result: each item is checked and stored before the next one is made.

Only what a function yields by itself is walked. An iterator that was made elsewhere may be in use
there, too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FunctionType, GeneratorType
from typing import TYPE_CHECKING, Any

from cuvee.contracts.streams import yielded
from cuvee.contracts.values import value_problem
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.model.value import Value

if TYPE_CHECKING:
    from cuvee.model.digest import Digest
    from cuvee.model.profile import Profile
    from cuvee.perform.kept import Kept

_GENERATOR = 0x20  # CO_GENERATOR: importing inspect for a number costs 10 ms


class Streamed(Value, frozen=True):
    """All items of a result, in the store, with the profiles of what is in them."""

    artifact: Artifact
    profiles: tuple[tuple[Digest, Profile], ...]
    shared: tuple[str, ...] = ()


def is_stream(function: Any, result: Any) -> bool:
    """Whether a function's result is what its own body yields."""
    return (
        type(result) is GeneratorType
        and isinstance(function, FunctionType)
        and bool(function.__code__.co_flags & _GENERATOR)
    )


def stored_items(
    items: Any,
    returns: Any,
    keep: Callable[[Any], Kept],
    our_code: Callable[[], AbstractContextManager[None]],
) -> Streamed:
    """Walk the items, each kept before the next is asked for; none is held.

    `returns` is the annotation of the whole, `our_code` is open while an item is looked at. Raises
    CannotEncode for an item that is not what was promised, or cannot be kept; and what the task raises.
    """
    wanted = yielded(returns)
    children: list[tuple[str, Artifact]] = []
    profiles: list[tuple[Digest, Profile]] = []
    for item in items:
        with our_code():
            problem = value_problem(item, wanted)
            if problem:
                raise CannotEncode(f"item {len(children)} of what it yields is wrong: {problem}")
            kept = keep(item)
            children.append((str(len(children)), kept.artifact))
            profiles += kept.profiles
        del item, kept
    return Streamed(make_artifact("items", "Iterator", children=tuple(children)), tuple(profiles))
