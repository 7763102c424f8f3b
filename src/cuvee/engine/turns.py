"""Turns: a call that depends on files which nobody handed to it waits for earlier calls that write them.

The graph knows nothing of such a dependency; the records do, from when these calls last ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cuvee.engine.lookup import Decided
from cuvee.engine.unfinished import Unfinished
from cuvee.model.decision import Reuse
from cuvee.model.graph import Node

# What a node wrote when it last ran; None for one of which that is not known.
WritesOf = Callable[[Sequence[Node]], dict[int, frozenset[str] | None]]


class Turns:
    """Knows which calls have not come to their end: `unfinished`."""

    def __init__(self, writes_of: WritesOf) -> None:
        self.unfinished = Unfinished()
        self._writes_of = writes_of
        self._writes: dict[int, frozenset[str] | None] = {}

    def add(self, nodes: Iterable[Node]) -> None:
        """These have become known."""
        self.unfinished.add(nodes)

    def ended(self, node: int) -> None:
        """This one has come to its end."""
        self.unfinished.ended(node)

    def waits(self, decided: Decided) -> bool:
        """Whether a call must wait: an earlier one may still write what this one has asked of files.

        One of which nothing is known may write anything; but only a result that is there already is
        worth waiting for then.
        """
        asked = decided.asked
        if not asked:
            return False
        before = list(self.unfinished.before(decided.call.id))
        new = [node for node in before if node.id not in self._writes]
        if new:
            self._writes.update(self._writes_of(new))
        for node in before:
            writes = self._writes[node.id]
            if isinstance(decided.decision, Reuse) if writes is None else not asked.isdisjoint(writes):
                return True
        return False
