"""Lineage: what a result came from, and what was made of it."""

from __future__ import annotations

from typing import Literal

from cuvee.model.value import Value

LineageKind = Literal["call", "file", "parameter", "code"]


class Columns(Value, frozen=True):
    """Columns of a call's result that hold what the same column of an input holds; `source` is that
    input's call, "" for columns that the call made or changed. `element` names a part of the result.
    """

    source: str
    names: tuple[str, ...]
    element: str = ""


class LineageNode(Value, frozen=True):
    """A call, or what it was given, with what lies beyond it (`branches`).

    `name` is a call's path (of a map's calls, the map's), a file's path, `max_depth=8`, or the
    functions of code. `runs` are those that it is in, `detail` is what it gave. `told` says that it stands
    elsewhere in the tree with its branches; `left` counts branches beyond the depth that was asked for.
    """

    kind: LineageKind
    name: str
    runs: tuple[int, ...] = ()
    task: str = ""
    detail: str = ""
    label: str = ""
    columns: tuple[Columns, ...] = ()
    branches: tuple[LineageNode, ...] = ()
    told: bool = False
    left: int = 0


class Lineage(Value, frozen=True):
    """What a reference names, with what it came from (`up`) and what was made of it (`down`); None where
    that was not asked for. `runs_seen` is how many runs were looked at, of so many (`runs_known`).
    """

    name: str
    up: tuple[LineageNode, ...] | None
    down: tuple[LineageNode, ...] | None
    runs_seen: int = 0
    runs_known: int = 0
