"""Two results by their profiles: columns that came, went or hold something else; a model's parameters."""

from __future__ import annotations

from collections.abc import Mapping

from cuvee.compare.distances import kolmogorov_smirnov, stability_index
from cuvee.model.difference import ColumnDifference, DataDifference
from cuvee.model.digest import Digest
from cuvee.model.profile import ColumnProfile, Profile

Columns = Mapping[str, Digest]
"""Digests of a frame's columns by name: equal ones hold the same."""


def profile_difference(
    path: str, a: Profile, b: Profile, columns: tuple[Columns, Columns] = ({}, {})
) -> DataDifference:
    """What two results differ in. `columns` tells, without reading them, which columns hold the same;
    where it does not, those whose profiles differ in something are told, and the others are `unknown`.
    """
    names = _named(a), _named(b)
    found = [_column(name, names[0].get(name), column) for name, column in names[1].items()]
    changed: list[ColumnDifference] = []
    same = unknown = 0
    for difference in found:
        digests = tuple(each.get(difference.name) for each in columns)
        if difference.mark == "changed" and None not in digests and digests[0] == digests[1]:
            same += 1
        elif difference.mark == "changed" and None in digests and _alike(difference, names):
            unknown += 1
        else:
            changed.append(difference)
    changed += [_column(name, column, None) for name, column in names[0].items() if name not in names[1]]
    return DataDifference(
        path,
        b.kind,
        (a.type, b.type),
        (a.shape, b.shape),
        tuple(changed),
        same,
        unknown,
        _parameters(a, b),
        problem=a.problem or b.problem,
    )


def _named(profile: Profile) -> dict[str, ColumnProfile]:
    """Its columns by name; the second of a name is `name#2`."""
    names = unique_names([column.name for column in profile.columns])
    return dict(zip(names, profile.columns, strict=True))


def unique_names(names: list[str]) -> list[str]:
    """The names, the second of one `name#2`, so that each stands for one column."""
    met: dict[str, int] = {}
    found = []
    for name in names:
        count = met[name] = met.get(name, 0) + 1
        found.append(name if count == 1 else f"{name}#{count}")
    return found


def _alike(
    difference: ColumnDifference, names: tuple[dict[str, ColumnProfile], dict[str, ColumnProfile]]
) -> bool:
    return names[0][difference.name] == names[1][difference.name]


def _column(name: str, a: ColumnProfile | None, b: ColumnProfile | None) -> ColumnDifference:
    known = b or a
    assert known is not None
    both = a is not None and b is not None
    return ColumnDifference(
        name,
        "changed" if both else "new" if b else "gone",
        (a.dtype if a else "", b.dtype if b else ""),
        (a.nulls if a else None, b.nulls if b else None),
        (a.mean if a else None, b.mean if b else None),
        (a.quantiles if a else (), b.quantiles if b else ()),
        stability_index(a, b) if a and b else None,
        kolmogorov_smirnov(a, b) if a and b else None,
        (a.histogram if a else None, b.histogram if b else None),
        bool((a and a.estimated) or (b and b.estimated)),
        known.kind in ("time", "duration"),
    )


def _parameters(a: Profile, b: Profile) -> tuple[tuple[str, str, str], ...]:
    before, after = dict(a.parameters), dict(b.parameters)
    names = dict.fromkeys([*after, *before])
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return tuple(pair for pair in pairs if pair[1] != pair[2])
