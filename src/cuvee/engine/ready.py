"""What is ready to run, in the order in which it is to begin. Pure.

Higher priorities first. Where calls run side by side, then those with the longest way to the end
behind them, by durations on record: what holds up most begins first. Else as they were traced.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from cuvee.engine.lookup import Decided
from cuvee.model.graph import STRIDE, Node, needs_of

Seconds = Callable[[Sequence[Node]], dict[str, float]]
"""How long calls of the tasks of these nodes take, by the task's name; nothing of unknown ones."""


class Ready:
    """Calls that have to run. `seconds` is asked once for each part of the graph, where it matters."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds
        self._heap: list[tuple[int, float, int, Decided]] = []
        self._line: deque[tuple[int, float, int, Decided]] = deque()
        self._ranks: dict[int, float] = {}
        self._unranked: list[Node] = []
        self._side_by_side = False

    def __len__(self) -> int:
        return len(self._heap) + len(self._line)

    def __bool__(self) -> bool:
        return bool(self._line or self._heap)

    def know(self, nodes: Iterable[Node]) -> None:
        """The graph has grown by these."""
        self._unranked += nodes

    def add(self, work: Decided) -> None:
        """A call has to run."""
        entry = self._entry(work)
        if not self._line or entry > self._line[-1]:
            self._line.append(entry)  # they mostly come in the order in which they go
        else:
            heapq.heappush(self._heap, entry)

    def next(self, *, side_by_side: bool) -> Decided:
        """The call that is to begin now."""
        if side_by_side and not self._side_by_side:
            self._side_by_side = True
            self._heap = [self._entry(work) for *_, work in (*self._heap, *self._line)]
            self._line.clear()
            heapq.heapify(self._heap)
        if self._line and not (self._heap and self._heap[0] < self._line[0]):
            return self._line.popleft()[-1]
        return heapq.heappop(self._heap)[-1]

    def _entry(self, work: Decided) -> tuple[int, float, int, Decided]:
        call = work.call
        rank = self._rank(call.id) if self._side_by_side else 0.0
        return -call.task.policy.priority, -rank, call.id, work

    def _rank(self, node: int) -> float:
        if self._unranked:
            nodes, self._unranked = self._unranked, []
            seconds = self._seconds(nodes)
            if seconds:
                self._ranks.update(ranks_of(nodes, seconds))
        if not self._ranks:
            return 0.0
        # The elements of a fan have its rank.
        return self._ranks.get(node) or self._ranks.get(node // STRIDE * STRIDE, 0.0)


def ranks_of(nodes: Sequence[Node], seconds: dict[str, float]) -> dict[int, float]:
    """For each node the seconds of the longest way from its beginning to the end.

    Nodes come after those that they take; what was there before is not ranked again.
    """
    ranks: dict[int, float] = {}
    oldest = nodes[0].id
    for node in reversed(nodes):
        rank = ranks[node.id] = ranks.get(node.id, 0.0) + seconds.get(node.task.name, 0.0)
        for need in needs_of(node):
            if need >= oldest and ranks.get(need, 0.0) < rank:
                ranks[need] = rank
    return ranks
