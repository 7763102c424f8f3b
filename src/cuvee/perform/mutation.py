"""Mutation: whether a task changed, in place, what it was given.

Each call has values of its own, so nobody else sees such a change, which is seldom what was meant.
It is looked for in values that are small and whose bytes say what is in them; what was returned is
meant to be seen, and no mistake.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.order import Bundle, Payload

LARGEST_BYTES = 1 << 20
"""Bytes of an encoded value up to which it is looked at again after the call."""

_FIXED = frozenset(
    {
        type(None), bool, int, float, complex, str, bytes, range, slice,
        datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
        decimal.Decimal, fractions.Fraction, uuid.UUID, PurePosixPath,
    }
)  # fmt: skip

# The bytes of others, of pickled models say, differ for more reasons than a change: what is
# remembered, what is shared.
_STEADY = frozenset(
    {
        "plain", "bytes", "composite", "numpy", "objects", "pandas", "polars", "pyarrow", "scipy",
        "tensor", "columns", "column",
    }
)  # fmt: skip


class Watched(NamedTuple):
    """An argument as the call got it, and the value that it got."""

    name: str
    payload: Payload
    value: Any


class Mutations:
    """Compares what a call was given with what it left behind.

    `digest_of(value)` encodes a value and stores nothing. `largest`: bytes up to which one is looked at.
    """

    def __init__(self, digest_of: Callable[[Any], Digest], largest: int = LARGEST_BYTES) -> None:
        self._digest_of = digest_of
        self._largest = largest

    def watched(self, arguments: Sequence[tuple[str, Payload]], values: Mapping[str, Any]) -> list[Watched]:
        """What is worth a second look after the call: what is small, and can change."""
        return [
            Watched(name, payload, values[name])
            for name, payload in arguments
            if type(values[name]) not in _FIXED and _is_looked_at(payload, self._largest)
        ]

    def changed(
        self, watched: Sequence[Watched], result: Any, load: Callable[[Artifact], Any]
    ) -> tuple[str, ...]:
        """The names of the arguments whose values are not what they were; `load` gives one as it was."""
        if not watched:
            return ()
        returned = {id(each) for each in _in(result)}
        return tuple(
            each.name for each in watched if self._is_changed(each.payload, each.value, returned, load)
        )

    def _is_changed(
        self, payload: Payload, value: Any, returned: set[int], load: Callable[[Artifact], Any]
    ) -> bool:
        if type(value) in _FIXED or id(value) in returned:
            return False
        if isinstance(payload, Artifact):
            return self._differs(payload, value, load)
        assert isinstance(payload, Bundle)
        items = list(value.values()) if isinstance(value, dict) else list(value)
        if len(items) != len(payload.items):
            return True
        return any(
            self._is_changed(part, item, returned, load)
            for part, item in zip(payload.items, items, strict=True)
        )

    def _differs(self, artifact: Artifact, value: Any, load: Callable[[Artifact], Any]) -> bool:
        after = self._measured(value)
        # A value may be written in more than one way: then only one that was loaded anew can tell.
        return after != artifact.digest and after != self._measured(load(artifact))

    def _measured(self, value: Any) -> Digest | None:
        try:
            return self._digest_of(value)
        except CannotEncode:
            return None  # something was put into it that cannot be kept


def _in(result: Any) -> Iterator[Any]:
    """A result, and what it is made of where that is a plain container."""
    yield result
    if type(result) in (tuple, list):
        yield from result
    elif type(result) is dict:
        yield from result.values()


def _is_looked_at(payload: Payload, largest: int) -> bool:
    """Whether all of an argument is small enough, and its bytes say what is in it."""
    if isinstance(payload, Bundle):
        return all(_is_looked_at(item, largest) for item in payload.items)
    return isinstance(payload, Artifact) and payload.size <= largest and _is_steady(payload)


def _is_steady(artifact: Artifact) -> bool:
    return artifact.codec in _STEADY and all(_is_steady(child) for _, child in artifact.children)
