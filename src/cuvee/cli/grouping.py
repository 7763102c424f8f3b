"""Grouping: the many calls of a map, or of a long loop, as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

_ELEMENT = re.compile(r"(?P<base>.*)\[(?P<index>\d+)\]")
_REPEAT = re.compile(r"(?P<base>.*)#(?P<index>\d+)")

# From how many on the calls of a map, or those of a loop, are one; those that stand out, far more.
_MAP, _LOOP, _STANDING_OUT = 4, 11, 11


class Placed(Protocol):
    """What can be grouped: it has a path, and a place in the order of tracing."""

    @property
    def path(self) -> str: ...
    @property
    def position(self) -> int: ...


C = TypeVar("C", bound=Placed)


@dataclass(frozen=True, slots=True)
class Group(Generic[C]):
    """Calls that are shown as one: `label` is the path, or `score[0…99]`."""

    label: str
    calls: tuple[C, ...]


def grouped(calls: Iterable[C], stands_out: Callable[[C], bool]) -> list[Group[C]]:
    """The calls in order; a map's, and a long loop's, together where the first of them stands.

    A call that stands out (it failed) is a group of its own, unless very many do.
    """
    buckets: dict[tuple[str, str, bool], list[tuple[int, C]]] = {}
    for call in calls:
        base, kind, index = _family(call.path)
        buckets.setdefault((base, kind, stands_out(call)), []).append((index, call))
    _join_first_of_loops(buckets)
    groups: list[Group[C]] = []
    for (base, kind, outstanding), members in buckets.items():
        if len(members) >= _least(kind, outstanding):
            groups.append(_together(base, kind, members))
        else:
            groups += [Group(call.path, (call,)) for _, call in members]
    return sorted(groups, key=lambda group: group.calls[0].position)


def _family(path: str) -> tuple[str, str, int]:
    if match := _ELEMENT.fullmatch(path):
        return match["base"], "map", int(match["index"])
    if match := _REPEAT.fullmatch(path):
        return match["base"], "loop", int(match["index"])
    return path, "one", 1


def _join_first_of_loops(buckets: dict[tuple[str, str, bool], list[tuple[int, C]]]) -> None:
    """The first use of a task has no number: it belongs to the loop of those that have one."""
    for base, kind, outstanding in list(buckets):
        if kind == "loop":
            first = buckets.pop((base, "one", outstanding), [])
            buckets[(base, kind, outstanding)] = [*first, *buckets[(base, kind, outstanding)]]


def _least(kind: str, outstanding: bool) -> int:
    if outstanding:
        return _STANDING_OUT
    return _MAP if kind == "map" else _LOOP


def _together(base: str, kind: str, members: Sequence[tuple[int, C]]) -> Group[C]:
    first, last = min(index for index, _ in members), max(index for index, _ in members)
    label = f"{base}[{first}…{last}]" if kind == "map" else f"{base}#{first}…{last}"
    return Group(label, tuple(call for _, call in members))
