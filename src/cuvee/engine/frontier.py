"""The frontier: calls whose arguments are all there, and that are still to be looked up.

They come in parts, so that of a million of them no more is held at a time than of a thousand. Pure.
"""

from __future__ import annotations

from collections import deque
from operator import attrgetter

from cuvee.model.graph import Call

PART = 1000
"""So many are looked up together."""


_position, _priority = attrgetter("id"), attrgetter("task.policy.priority")


class Frontier:
    """Higher priorities first, else as they were traced; those that wait for a turn come back later."""

    def __init__(self) -> None:
        self._new: list[Call] = []
        self._sorted: deque[Call] = deque()
        self._held: list[Call] = []
        self._ended = False

    def __len__(self) -> int:
        return len(self._new) + len(self._sorted)

    def __bool__(self) -> bool:
        return bool(self._new or self._sorted)

    def add(self, call: Call) -> None:
        """All that the call takes is there."""
        self._new.append(call)

    def take(self) -> list[Call]:
        """The calls that are to be looked up now."""
        if not self._sorted:
            new, self._new = self._new, []
            if len(new) > 1:
                new.sort(key=_position)
                new.sort(key=_priority, reverse=True)  # which leaves equals in their order
            if len(new) <= PART:
                return new
            self._sorted.extend(new)
        return [self._sorted.popleft() for _ in range(min(PART, len(self._sorted)))]

    def hold(self, call: Call) -> None:
        """This one must wait until another has come to its end."""
        self._held.append(call)

    def ended(self) -> None:
        """A call has come to its end."""
        self._ended = True

    def release(self) -> bool:
        """Have those that wait looked up again, if something has ended since; whether there are any."""
        if not (self._ended and self._held):
            return False
        self._new += self._held
        self._held, self._ended = [], False
        return True
