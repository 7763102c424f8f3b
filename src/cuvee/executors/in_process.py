"""The in-process executor: calls run one at a time, here, under a debugger if you like."""

from __future__ import annotations

from contextlib import ExitStack

from cuvee.model.order import Outcome, WorkOrder
from cuvee.perform.performer import Performer


class InProcessExecutor:
    """Performs the order that it was given when it is waited for."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self._order: WorkOrder | None = None
        self._open = ExitStack()
        self._open.enter_context(performer.ready())

    @property
    def room(self) -> int:
        return 1 if self._order is None else 0

    def submit(self, order: WorkOrder) -> None:
        self._order = order

    def wait(self) -> list[Outcome]:
        order, self._order = self._order, None
        return [] if order is None else [self._performer.perform(order)]

    def cancel(self) -> None:
        """Nothing is under way between calls, and an interrupt ends the one that runs."""
        self._order = None

    def close(self) -> None:
        self._open.close()
