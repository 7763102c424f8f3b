"""Known: how many calls of each task have been traced, and how long one takes, for whoever watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter

from cuvee.model.event import CallsKnown, TaskKnown
from cuvee.model.graph import Fan, Node

Seconds = Callable[[Sequence[Node]], dict[str, float]]
"""How long calls of the tasks of these nodes take, by the task's name; nothing of unknown ones."""

_short = attrgetter("task.short")


class Known:
    """Counts what is traced. `seconds` is asked once for each task."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds
        self._usual: dict[str, float | None] = {}
        self._total = 0

    def grown(self, nodes: Sequence[Node]) -> CallsKnown:
        """What there is to tell after the graph has grown by these."""
        counts = Counter(map(_short, nodes))
        new = counts.keys() - self._usual.keys()
        if new:
            first = dict(zip(map(_short, reversed(nodes)), reversed(nodes), strict=True))
            self._ask([first[short] for short in counts if short in new])
        for node in nodes:
            if type(node) is Fan:
                counts[node.task.short] -= 1
        self._total += sum(counts.values())
        tasks = tuple(TaskKnown(short, count, self._usual[short]) for short, count in counts.items())
        return CallsKnown(self._total, tasks)

    def _ask(self, nodes: Sequence[Node]) -> None:
        """How long calls of the tasks of these take: there is one for each."""
        found = self._seconds(nodes)
        self._usual.update((node.task.short, found.get(node.task.name)) for node in nodes)
