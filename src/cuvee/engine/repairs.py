"""Repairs: what is damaged in the store is made again, by the calls that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from cuvee.engine.scheduler import Instruction, Look, Scheduler
from cuvee.model.event import Warned
from cuvee.model.graph import Call

if TYPE_CHECKING:
    from cuvee.ports.observer import Observer

MOST = 3
"""Times that this is tried for one reader."""


class Repairs:
    """Asks the scheduler for the makers of what is damaged, and tells of it. `taken_back` is told of each of
    them: what it came to counts no more."""

    def __init__(self, scheduler: Scheduler, observe: Observer, taken_back: Callable[[Call], None]) -> None:
        self._scheduler = scheduler
        self._observe = observe
        self._taken_back = taken_back
        self._tried: dict[int, int] = {}

    def inputs(
        self, node: int, digests: Iterable[bytes], said: Iterable[str]
    ) -> Sequence[Instruction] | None:
        """Have the damaged inputs of a node made again; None when that can't be, or didn't help."""
        tried = self._tried[node] = self._tried.get(node, 0) + 1
        instructions = self._scheduler.damaged(node, frozenset(digests))
        if instructions is None or tried > MOST:
            return None
        self._tell(said, instructions)
        return instructions

    def results(self, nodes: Sequence[int], digest: bytes, said: str) -> Sequence[Instruction] | None:
        """Have what is damaged of these nodes' results made again; None when that can't be."""
        instructions = self._scheduler.remake(nodes, frozenset([digest]))
        if instructions is not None:
            self._tell([said], instructions)
        return instructions

    def _tell(self, said: Iterable[str], instructions: Iterable[Instruction]) -> None:
        calls = [each.call for each in instructions if isinstance(each, Look)]
        for call in calls:
            self._taken_back(call)
        makers = ", ".join(call.path for call in calls)
        for text in said:
            # That it is being made again is said already where only the first of its readers was told.
            self._observe(Warned(f"{text}: {makers} runs again" if makers else text))
