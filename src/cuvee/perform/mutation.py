"""Mutation: whether a task changed, in place, what it was given.

Each call has values of its own, so nobody else sees such a change, which is seldom what was meant.
It is looked for in values that are small and whose bytes say what is in them; what was returned is
meant to be seen, and no mistake.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PosixPath, PurePosixPath
from typing import Any

from msgspec import Struct

from cuvee.codecs.codec import ClassDigest
from cuvee.codecs.plain import encode_plain
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact
from cuvee.model.order import Bundle, Payload

LARGEST_BYTES = 1 << 18
"""Bytes of an encoded value up to which it is looked at again after the call."""

FIXED = frozenset(
    {
        type(None), bool, int, float, complex, str, bytes, range, slice,
        datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
        decimal.Decimal, uuid.UUID, PurePosixPath, PosixPath, frozenset,
    }
)  # fmt: skip
"""Types of values that nothing can change."""

# The bytes of others, of pickled models say, differ for more reasons than a change: what is
# remembered, what is shared.
_STEADY = frozenset(
    {
        "plain", "bytes", "composite", "numpy", "objects", "pandas", "polars", "pyarrow", "scipy",
        "tensor", "columns", "column",
    }
)  # fmt: skip


class Watched(Struct, frozen=True):
    """An argument as the call got it, and the value that it got."""

    name: str
    payload: Payload
    value: Any


class Mutations:
    """Compares what a call was given with what it left behind.

    `largest`: bytes up to which a value is looked at.
    """

    def __init__(self, class_digest: ClassDigest, largest: int = LARGEST_BYTES) -> None:
        self._class_digest = class_digest
        self._largest = largest

    def watched(self, arguments: Sequence[tuple[str, Payload]], values: Mapping[str, Any]) -> list[Watched]:
        """What is worth a second look after the call: what is small, and can change."""
        return [
            Watched(name, payload, values[name])
            for name, payload in arguments
            if not _is_fixed(values[name]) and _is_looked_at(payload, self._largest)
        ]

    def changed(
        self, watched: Sequence[Watched], result: Any, load: Callable[[Artifact], Any]
    ) -> tuple[str, ...]:
        """The names of the arguments whose values are not what they were; `load` gives one as it was."""
        if not watched:
            return ()
        returned = {id(result)} if type(result) in FIXED else {id(each) for each in _in(result)}
        return tuple(
            [each.name for each in watched if self._is_changed(each.payload, each.value, returned, load)]
        )

    def _is_changed(
        self, payload: Payload, value: Any, returned: set[int], load: Callable[[Artifact], Any]
    ) -> bool:
        if _is_fixed(value) or id(value) in returned:
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
        # Most are plain, and the bytes of these are there to be compared.
        measured: Callable[[Any], bytes] = self._digest
        before: bytes = artifact.digest
        if artifact.codec == "plain" and not artifact.parts:
            measured, before = self._plain, artifact.meta
        after = _unless_refused(measured, value)
        # A value may be written in more than one way: then only one that was loaded anew can tell.
        return after != before and after != _unless_refused(measured, load(artifact))

    def _digest(self, value: Any) -> bytes:
        from cuvee.perform.pack import digest_value  # most inputs are plain

        return digest_value(value, class_digest=self._class_digest)

    def _plain(self, value: Any) -> bytes:
        return encode_plain(value, self._class_digest)


def _unless_refused(measured: Callable[[Any], bytes], value: Any) -> bytes | None:
    try:
        return measured(value)
    except CannotEncode:
        return None  # something was put into it that cannot be kept


def _is_fixed(value: Any) -> bool:
    """Whether nothing can change a value that a codec keeps."""
    kind = type(value)
    return kind in FIXED or (kind is tuple and all(_is_fixed(item) for item in value))


def _in(result: Any) -> Iterator[Any]:
    """A result, and what it is made of where that is a plain container."""
    yield result
    if type(result) in (tuple, list):
        yield from result
    elif type(result) is dict:
        yield from result.values()


def _is_looked_at(payload: Payload, largest: int) -> bool:
    """Whether all of an argument is small enough, and its bytes say what is in it."""
    if type(payload) is Artifact and payload.codec == "plain" and not (payload.parts or payload.children):
        return len(payload.meta) <= largest  # as most are: nothing else is in it
    if isinstance(payload, Bundle):
        return all(_is_looked_at(item, largest) for item in payload.items)
    return isinstance(payload, Artifact) and payload.size <= largest and _is_steady(payload)


def _is_steady(artifact: Artifact) -> bool:
    return artifact.codec in _STEADY and all(_is_steady(child) for _, child in artifact.children)
