"""Unfinished: the nodes of a run that have not come to their end, in the order of tracing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from cuvee.model.graph import Node


class Unfinished:
    """Added as they become known. Which come before one is rarely asked: order is kept from then on.

    Until somebody asks, it is only noted what has come and what has gone.
    """

    def __init__(self) -> None:
        self._come: list[Iterable[Node]] = []
        self._gone: set[int] = set()
        self._nodes: dict[int, Node] = {}
        self._ids: list[int] | None = None
        self._first = 0

    def __iter__(self) -> Iterator[Node]:
        self._settle()
        return iter(sorted(self._nodes.values(), key=_id))

    def add(self, nodes: Iterable[Node]) -> None:
        """These have become known."""
        if self._ids is None:
            self._come.append(nodes)
            return
        new = {node.id: node for node in nodes}
        self._nodes.update(new)
        if not new:
            return
        if self._ids and min(new) < self._ids[-1]:
            self._ids = None  # elements of a fan have the ids that follow its own
        else:
            self._ids += sorted(new)

    def ended(self, node: int) -> None:
        """This one has come to its end."""
        if self._come:
            self._gone.add(node)
        else:
            self._nodes.pop(node, None)

    def clear(self) -> None:
        """So have all."""
        self._settle()
        self._nodes.clear()

    def before(self, node: int) -> Iterator[Node]:
        """Those that were traced before this one."""
        if self._ids is None:
            self._settle()
            self._ids, self._first = sorted(self._nodes), 0
        ids = self._ids
        while self._first < len(ids) and ids[self._first] not in self._nodes:
            self._first += 1
        for position in range(self._first, bisect_left(ids, node, self._first)):
            found = self._nodes.get(ids[position])
            if found is not None:
                yield found

    def _settle(self) -> None:
        """Take together what was noted."""
        for nodes in self._come:
            self._nodes.update({node.id: node for node in nodes})
        self._come.clear()
        for node in self._gone:
            self._nodes.pop(node, None)
        self._gone.clear()


def _id(node: Node) -> int:
    return node.id
