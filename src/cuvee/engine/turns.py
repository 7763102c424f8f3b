"""Turns: a call that depends on files which nobody handed to it waits for earlier calls that write them.

The graph knows nothing of such a dependency; the records do, from when these calls last ran.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from cuvee.engine.lookup import Decided
from cuvee.model.decision import Reuse
from cuvee.model.graph import Node

# What a node wrote when it last ran; None for one of which that is not known.
WritesOf = Callable[[Sequence[Node]], dict[int, frozenset[str] | None]]


class Turns:
    """Knows which calls have not come to their end, in the order of tracing."""

    def __init__(self, writes_of: WritesOf) -> None:
        self._writes_of = writes_of
        self._open: dict[int, Node] = {}
        self._ids: list[int] = []
        self._first = 0
        self._writes: dict[int, frozenset[str] | None] = {}

    def add(self, nodes: Iterable[Node]) -> None:
        """These have become known."""
        new = {node.id: node for node in nodes}
        if self._ids and new and min(new) < self._ids[-1]:
            self._ids = sorted([*self._open, *new])
            self._first = 0
        else:
            self._ids += sorted(new)
        self._open.update(new)

    def ended(self, node: int) -> None:
        """This one has come to its end."""
        self._open.pop(node, None)

    def waits(self, decided: Decided) -> bool:
        """Whether a call must wait: an earlier one may still write what this one has asked of files.

        One of which nothing is known may write anything; but only a result that is there already is
        worth waiting for then.
        """
        asked = decided.asked
        if not asked:
            return False
        before = list(self._before(decided.call.id))
        new = [node for node in before if node.id not in self._writes]
        if new:
            self._writes.update(self._writes_of(new))
        for node in before:
            writes = self._writes[node.id]
            if isinstance(decided.decision, Reuse) if writes is None else not asked.isdisjoint(writes):
                return True
        return False

    def _before(self, node: int) -> Iterator[Node]:
        while self._first < len(self._ids) and self._ids[self._first] not in self._open:
            self._first += 1
        for position in range(self._first, bisect_left(self._ids, node, self._first)):
            found = self._open.get(self._ids[position])
            if found is not None:
                yield found
