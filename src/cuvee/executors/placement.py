"""Placement: in this process, or in a worker? Pure: what is known of a call in, the place and why out.

Here a call costs nothing more, but all else waits for it; in the pool it costs a trip (0.1 ms),
and starting the workers where there are none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal

from cuvee.model.policy import Policy
from cuvee.model.value import Value

# Of calls shorter than this one alone is not worth a trip, and of still shorter ones not even a heap.
SHORT = 0.005
_SHORTEST = 0.001

# Any one call may have waited for the processor: of so many the one in the middle tells.
_TRIED = 5

# So much work is worth it to have others do it in trips.
_HEAP = 0.100


class Placement(Value, frozen=True):
    """Where a call is to run, and the reason."""

    where: Literal["here", "pool"]
    why: str


_TOO_SHORT = Placement("here", "it is shorter than the way to a worker is worth")


def typical(seconds: Sequence[float]) -> float:
    """How long a short call of a task takes, as far as its last ones in this run tell: 0.0 while these are
    too few, so that the next ones are tried here."""
    return sorted(seconds)[_TRIED // 2] if len(seconds) == _TRIED else 0.0


def is_fleeting(expected: float | None) -> bool:
    """Whether a call is so short that its place is here, whatever else is known, unless it asks for a process
    of its own."""
    return expected is not None and expected < _SHORTEST


class Tried:
    """How long the last calls of each task took, in this run."""

    def __init__(self) -> None:
        self._last: dict[str, deque[float]] = {}

    def took(self, task: str, seconds: float) -> None:
        last = self._last.get(task)
        if last is None:
            last = self._last[task] = deque(maxlen=_TRIED)
        last.append(seconds)

    def expected(self, task: str, expected: float | None) -> float | None:
        """How long a call should take for which this is expected: of a short one not without having tried."""
        if expected is None or not _SHORTEST <= expected < SHORT:
            return expected
        return min(expected, typical(self._last.get(task, ())))


def place(
    policy: Policy,
    expected: float | None,
    more: int,
    busy: int,
    workers: int,
    start_seconds: Callable[[], float],
) -> Placement:
    """The place for one call.

    `expected` seconds, None if nobody knows; `more` others are ready to follow it, `busy` are under
    way in the pool, which has `workers` places; `start_seconds()` tells what it costs to start it
    now: it is asked only where that matters.
    """
    if policy.alone:
        return Placement("pool", "it asks for a process of its own")
    if workers == 1:
        return Placement("here", "there is one worker, so nothing would run beside it")
    if expected is not None and expected < SHORT:
        return _place_short(expected, more, start_seconds)
    if not more and not busy:
        return Placement("here", "nothing else is ready")
    cost = start_seconds()
    if expected is None:
        if cost > SHORT:
            return Placement("here", "to see how long it takes, before workers are started for it")
        return Placement("pool", "nobody knows how long it takes, and others are ready")
    together = min(workers, more + 1)
    saved = (more + 1) * expected * (1 - 1 / together)
    if busy or saved > cost:
        return Placement("pool", f"it takes {expected:.3g} s, and others are ready")
    return Placement("here", "it is over before workers would have started")


def _place_short(expected: float, more: int, start_seconds: Callable[[], float]) -> Placement:
    worth_it = expected >= _SHORTEST and (more + 1) * expected >= _HEAP
    if worth_it and (more + 1) * expected / 2 > start_seconds():
        return Placement("pool", "it is short, and so many are ready that they travel together")
    return _TOO_SHORT
