"""The columns of a frame, whichever library it is of: numbers together, and one that fails says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cuvee.codecs.text import class_name
from cuvee.model.profile import ColumnProfile
from cuvee.profiles.extremes import extremes_of
from cuvee.profiles.numbers import Named, describe_numbers
from cuvee.profiles.texts import Texts

if TYPE_CHECKING:
    from cuvee.profiles.passing import Passing

MOST_COLUMNS = 500
"""Columns beyond are counted, and not looked at."""


class Numbers(NamedTuple):
    """A column that numpy has as numbers, truth values or times: `nulls` are missing beside its own."""

    column: Named
    values: Any
    nulls: int = 0


class Known(NamedTuple):
    """A column that was described before, under whatever name."""

    name: str
    profile: ColumnProfile


class Others(NamedTuple):
    """Any other column; `describe` looks at it."""

    column: Named
    describe: Callable[[], ColumnProfile]


Source = Numbers | Others | Known


KnownPlaces = Mapping[int, ColumnProfile]
"""Profiles of columns by the places of these in a frame."""


class Beforehand(NamedTuple):
    """What need not be looked at: columns of a frame that are `known`, and those that have passed by."""

    known: KnownPlaces = {}  # noqa: RUF012 - read only
    passing: Passing | None = None


NOTHING = Beforehand()


def sources_of(
    columns: Sequence[tuple[Any, Any]],
    make: Callable[[Any, Any, Texts], Source],
    texts: Texts,
    beforehand: Beforehand,
) -> list[Source]:
    """What each column, by its label, is described from: one that is known is not looked at."""
    known = beforehand.known
    return [
        Known(texts.name(label), known[at]) if at in known else make(label, column, texts)
        for at, (label, column) in enumerate(columns)
    ]


def describe_columns(
    sources: Sequence[Source], texts: Texts, beforehand: Beforehand
) -> tuple[ColumnProfile, ...]:
    """The profile of each column, in order."""
    measure = extremes_of if beforehand.passing is None else beforehand.passing.extremes_of
    found = iter(measure([source.values for source in sources if isinstance(source, Numbers)]))
    profiles = []
    for source in sources:
        if isinstance(source, Known):
            profile = msgspec.structs.replace(source.profile, name=source.name)
        elif isinstance(source, Numbers):
            extremes = next(found)
            profile = describe_numbers(source.column, source.values, extremes, source.nulls, texts)
        else:
            profile = _attempted(source)
        profiles.append(profile)
    return tuple(profiles)


def _attempted(source: Others) -> ColumnProfile:
    try:
        return source.describe()
    except Exception as error:  # noqa: BLE001 - values of any class, and a profile never fails a task
        problem = f"it could not be looked at: {class_name(type(error))}"
        return ColumnProfile(source.column.name, source.column.dtype, "other", None, problem=problem)
