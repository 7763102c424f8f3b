"""A column of categories: every one is counted, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from cuvee.model.profile import ColumnProfile, Top
from cuvee.profiles.distribution import MOST_TOP
from cuvee.profiles.numbers import Named
from cuvee.profiles.texts import Texts


def describe_categories(
    column: Named, counts: Mapping[Any, int], order: Sequence[Any], nulls: int, texts: Texts
) -> ColumnProfile:
    """The profile of categories that were met, by how often; `order` is theirs, () where they have none."""
    frequent = sorted(counts.items(), key=lambda pair: -pair[1])[:MOST_TOP]
    profile = ColumnProfile(
        column.name,
        column.dtype,
        "category",
        nulls,
        distinct=len(counts),
        top=tuple(Top(texts.cell(value), count) for value, count in frequent),
        seen=sum(counts.values()),
    )
    met = [value for value in order if value in counts]
    if not met:
        return profile
    return msgspec.structs.replace(profile, minimum=texts.scalar(met[0]), maximum=texts.scalar(met[-1]))
