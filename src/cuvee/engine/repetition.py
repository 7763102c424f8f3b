"""Repetition: the fingerprint of a whole graph, by which a run is known for one of what ran before.

It is of all that the keys of the calls are made of, with the call in the place of what it gives. So where
two graphs have the same, and what the calls of the first gave is what their keys give now, each call
of the second has the same key: first those that take nothing of others, then those that take of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.msgpack import Encoder

from cuvee.engine.components import none_is_lowered
from cuvee.engine.lookup import Lookup
from cuvee.model.digest import Digest, digest_bytes, digest_parts
from cuvee.model.graph import Argument, Call, Gather, Given, GraphPrint, Node, Ref, TaskInfo

_PART = 1000
"""So many calls are written out together: of a million no more is held at a time."""

_PLAIN = "plain"

_encode = Encoder().encode


def fingerprint_graph(nodes: Sequence[Node], lookup: Lookup) -> GraphPrint | None:
    """The fingerprint of a graph that is known whole. None for one with calls that are not reused by their
    key alone, or of whose key more has to be known than is here: maps of unknown length, results that stand
    in for calls or expire, arguments that are no plain data.
    """
    tasks = _Tasks(lookup)
    parts: list[bytes] = []
    for first in range(0, len(nodes), _PART):
        told = _told(nodes[first : first + _PART], tasks)
        if told is None:
            return None
        try:
            parts.append(digest_bytes(_encode(told)))
        except UnicodeEncodeError:  # a text that is none, which the records keep in another form
            return None
    return GraphPrint(digest_parts("graph", [*tasks.told, *parts]), len(nodes), tasks.keys)


def _told(nodes: Sequence[Node], tasks: _Tasks) -> list[tuple[Any, ...]] | None:
    """What the digest is of, call by call. Nodes are referred to by their ids, which are their places."""
    told = []
    task: TaskInfo | None = None
    number: int | None = None
    for node in nodes:
        if type(node) is not Call or node.supplied is not None:
            return None
        for _, argument in node.arguments:
            kind = type(argument)
            if kind is Given:
                if argument.artifact.codec != _PLAIN:  # type: ignore[union-attr]
                    return None
            elif kind is not Ref and not _is_plain(argument):
                return None
        if node.task is not task:  # of a thousand calls nearly all are of one
            task, number = node.task, tasks.number(node)
        if number is None:
            return None
        told.append((number, node.path, node.arguments))
    return told


def _is_plain(argument: Argument) -> bool:
    """Whether there is nothing in an argument but plain data and results."""
    if isinstance(argument, Gather):
        parts = argument.items if argument.keys is None else (*argument.items, argument.keys)
        return all(map(_is_plain, parts))
    if isinstance(argument, Given):
        return argument.artifact.codec == _PLAIN
    return isinstance(argument, Ref)


class _Tasks:
    """The tasks of one graph, numbered as they come. `told` is what the keys have of each; `keys` are those
    of the first call of each that takes nothing of others: they hold the digest to how keys are made."""

    def __init__(self, lookup: Lookup) -> None:
        self.told: list[bytes] = []
        self.keys: dict[int, Digest] = {}
        self._lookup = lookup
        self._numbers: dict[int, int | None] = {}

    def number(self, call: Call) -> int | None:
        """The number of the call's task; None where no call of it is reused by its key alone."""
        task = id(call.task)  # the graph holds it for as long
        if task not in self._numbers:
            self._numbers[task] = self._new(call)
        return self._numbers[task]

    def _new(self, call: Call) -> int | None:
        task = call.task
        if task.past is not None or task.caching.seconds is not None or self._lookup.refusals(call):
            return None
        prints = self._lookup.keys.of_task(task)
        fingerprints = (prints.code.digest, prints.environment.digest, prints.may_draw)
        self.told.append(_encode((task.name, task.elements, task.caching, task.seed, *fingerprints)))
        if all(type(argument) is Given for _, argument in call.arguments):
            self.keys[call.id] = self._lookup.keys.of_call(call, none_is_lowered, str).digest
        return len(self.told) - 1
