"""Metrics as a person reads them; those of the many calls of a map or a loop as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cuvee.cli.quantities import number_text

_OF_ELEMENT = re.compile(r"(?P<base>.*)\[(?P<index>\d+)\]\.(?P<name>[^\[\]]*)")
_OF_REPEAT = re.compile(r"(?P<base>.*)#(?P<index>\d+)\.(?P<name>[^#]*)")
_MAP, _LOOP = 4, 11

_Many = tuple[str, str, str]  # of what, `[` or `#`, and the metric's name


def grouped_metrics(metrics: Sequence[tuple[str, float]]) -> list[tuple[str, str]]:
    """Names and texts in order: `rmse` 0.63; `score[0…99].rmse` as `0.61 … 0.7, mean 0.64`."""
    many = _many([name for name, _ in metrics])
    buckets: dict[_Many | str, list[tuple[int, float]]] = {}
    for name, value in metrics:
        family = many.get(name)
        key, index = family or (name, 0)
        buckets.setdefault(key, []).append((index, value))
    return [
        (key, number_text(values[0][1]))
        if isinstance(key, str)
        else (_label(key, values), spread_text([value for _, value in values]))
        for key, values in buckets.items()
    ]


def of_one_call(names: Iterable[str]) -> list[str]:
    """The names of metrics without those of a map's, or a long loop's, many calls."""
    known = list(names)
    many = _many(known)
    return [name for name in known if name not in many and not _OF_ELEMENT.fullmatch(name)]


def spread_text(values: Sequence[float]) -> str:
    """`0.61 … 0.7, mean 0.64`; one number where all are alike."""
    low, high = number_text(min(values)), number_text(max(values))
    return low if low == high else f"{low} … {high}, mean {number_text(sum(values) / len(values))}"


def _many(names: Sequence[str]) -> dict[str, tuple[_Many, int]]:
    """Which metrics are of one of many calls: of which, and of the how-manieth."""
    found: dict[str, tuple[_Many, int]] = {}
    for name in names:
        for pattern, kind in ((_OF_ELEMENT, "["), (_OF_REPEAT, "#")):
            if match := pattern.fullmatch(name):
                found[name] = (match["base"], kind, match["name"]), int(match["index"])
    for base, kind, name in {family for family, _ in found.values()}:
        if kind == "#" and f"{base}.{name}" in names:  # the first use of a task has no number
            found[f"{base}.{name}"] = (base, kind, name), 1
    counts: dict[_Many, int] = {}
    for family, _ in found.values():
        counts[family] = counts.get(family, 0) + 1
    return {
        name: (family, index)
        for name, (family, index) in found.items()
        if counts[family] >= (_MAP if family[1] == "[" else _LOOP)
    }


def _label(family: _Many, values: Sequence[tuple[int, float]]) -> str:
    base, kind, name = family
    span = f"{min(index for index, _ in values)}…{max(index for index, _ in values)}"
    return f"{base}[{span}].{name}" if kind == "[" else f"{base}#{span}.{name}"
