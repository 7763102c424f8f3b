"""Executors: what performs calls."""

from __future__ import annotations

from typing import Protocol

from cuvee.model.order import Outcome, WorkOrder


class Executor(Protocol):
    """Takes orders, yields outcomes. It knows no graph, no key and no database.

    Every order submitted yields exactly one outcome, in any order, unless the executor is closed.
    """

    @property
    def room(self) -> int:
        """How many more orders it wants now; 0 when it is busy."""
        ...

    @property
    def side_by_side(self) -> bool:
        """Whether calls run beside each other now: then it matters which begins first."""
        ...

    @property
    def spare(self) -> bool:
        """Whether it takes an order although it is busy, which then begins at once when a place is free."""
        ...

    @property
    def waiting(self) -> int:
        """How many of the orders that it has taken have to wait for a place."""
        ...

    def submit(self, order: WorkOrder, more: int = 0) -> None:
        """Take an order. Returns at once. `more`: how many others are ready to follow it now."""
        ...

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        """Block until at least one outcome is there, and return all that are. [] if nothing is under way,
        or not one has come within so many seconds."""
        ...

    def cancel(self) -> None:
        """End what is under way, promptly; its outcomes are `cancelled`."""
        ...

    def close(self) -> None:
        """Release everything; nothing that it started is left running."""
        ...
