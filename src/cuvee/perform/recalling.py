"""Recalling: a frame is described without another look at columns that were met before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cuvee.codecs.column_digests import column_digests
from cuvee.model.digest import digest_parts
from cuvee.perform.unstored import unstored
from cuvee.profiles.describing import describe
from cuvee.profiles.texts import NOTHING_HIDDEN

if TYPE_CHECKING:
    from cuvee.codecs.codec import Encoded
    from cuvee.model.digest import Digest
    from cuvee.model.profile import Profile
    from cuvee.profiles.known import KnownColumns
    from cuvee.profiles.passing import Passing


Described = list[tuple[Any, "Encoded"]]
"""Values that are looked at, with what they were encoded as."""


def recalling(
    described: Described, digests: Mapping[int, Digest], known: KnownColumns, passing: Passing | None
) -> list[Profile]:
    """The profiles of values that no secret is in.

    `digests` are those of the long parts of what they were encoded as, by their identity; `known` is
    asked for columns, and told of new ones, which may have been looked at in `passing`.
    """
    return [_describe(value, encoded, digests, known, passing) for value, encoded in described]


def remember(
    described: Described, profiles: Iterable[Profile], digests: Mapping[int, Digest], known: KnownColumns
) -> None:
    """Tell `known` of the columns of values that were described without it."""
    for (_, encoded), profile in zip(described, profiles, strict=True):
        columns = _columns(encoded, digests)
        if columns is not None:
            known.keep(columns, profile.columns)


def _describe(
    value: Any,
    encoded: Encoded,
    digests: Mapping[int, Digest],
    known: KnownColumns,
    passing: Passing | None,
) -> Profile:
    columns = _columns(encoded, digests)
    if columns is None:
        return describe(value, NOTHING_HIDDEN, passing=passing)
    profile = describe(value, NOTHING_HIDDEN, known.among(columns), passing)
    known.keep(columns, profile.columns)
    return profile


def _columns(encoded: Encoded, digests: Mapping[int, Digest]) -> list[Digest | None] | None:
    """What each column is known by; None of what has no columns.

    Two of one digest are known by nothing: they may be kept in one piece, and look different.
    """
    contents: dict[str, Any] = dict(encoded.parts)
    found = column_digests(unstored(encoded, digests), lambda name: bytes(contents[name]))
    if found is None:
        return None
    times = Counter(found)
    return [digest_parts(encoded.codec, [each]) if times[each] == 1 else None for each in found]
