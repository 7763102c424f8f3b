"""Known: how many calls of each task have been traced, and how long one takes, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cuvee.model.event import CallsKnown, TaskKnown
from cuvee.model.graph import Call, Node

Seconds = Callable[[Sequence[Node]], dict[str, float]]
"""How long calls of the tasks of these nodes take, by the task's name; nothing of unknown ones."""


class Known:
    """Counts what is traced. `seconds` is asked once for each task."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds
        self._usual: dict[str, float | None] = {}
        self._total = 0

    def grown(self, nodes: Sequence[Node]) -> CallsKnown:
        """What there is to tell after the graph has grown by these."""
        counts: dict[str, int] = {}
        new: dict[str, Node] = {}
        for node in nodes:
            short = node.task.short
            if short not in self._usual:
                new.setdefault(short, node)
            counts[short] = counts.get(short, 0) + (type(node) is Call)
        if new:
            found = self._seconds(list(new.values()))
            self._usual.update((short, found.get(node.task.name)) for short, node in new.items())
        self._total += sum(counts.values())
        tasks = tuple(TaskKnown(short, count, self._usual[short]) for short, count in counts.items())
        return CallsKnown(self._total, tasks)
