"""The in-process executor: calls run one at a time, here, under a debugger if you like."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cuvee.model.order import Outcome, WorkOrder
from cuvee.model.policy import PLAIN, Policy

if TYPE_CHECKING:
    from cuvee.perform.performer import Performer


class InProcessExecutor:
    """Performs the order that it was given when it is waited for.

    Its performer is made for the first order: a run whose calls are all reused needs none. `note` is
    told, once for a task, of what it asks for and nothing here sees to.
    """

    def __init__(self, make_performer: Callable[[], Performer], note: Callable[[str], None]) -> None:
        self._make_performer = make_performer
        self._performer: Performer | None = None
        self._note = note
        self._noted: set[str] = set()
        self._order: WorkOrder | None = None
        self._open = ExitStack()
        self.room = 1

    @property
    def side_by_side(self) -> bool:
        return False

    @property
    def spare(self) -> bool:
        return False

    @property
    def waiting(self) -> int:
        return 0

    def submit(self, order: WorkOrder, more: int = 0) -> None:
        if self._performer is None:
            self._performer = self._make_performer()
            self._open.enter_context(self._performer.ready())
        if order.policy is not PLAIN and order.policy.alone and order.task not in self._noted:
            self._noted.add(order.task)
            self._note(f"{order.task} asks for {_asked(order.policy)}: not so with --executor in-process")
        self._order, self.room = order, 0

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        order, self._order, self.room = self._order, None, 1
        return [] if order is None or self._performer is None else [self._performer.perform(order)]

    def cancel(self) -> None:
        """Nothing is under way between calls, and an interrupt ends the one that runs."""
        self._order, self.room = None, 1

    def close(self) -> None:
        self._open.close()


def _asked(policy: Policy) -> str:
    limits = {"a timeout": policy.timeout, "a memory limit": policy.memory_limit}
    asked = [text for text, limit in limits.items() if limit is not None]
    return " and ".join(asked) or "a process of its own"
