"""An executor of two: each call runs in this process or in the pool, as placement decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cuvee.executors.in_process import InProcessExecutor
from cuvee.executors.placement import Tried, is_fleeting, place
from cuvee.executors.threads import has_threads
from cuvee.model.order import Outcome, WorkOrder
from cuvee.model.policy import PLAIN

if TYPE_CHECKING:
    from cuvee.executors.pool import PoolExecutor

# What a fresh worker takes to be there, with the imports of a usual project; a copy takes nothing.
_FRESH_SECONDS = 1.0


class PlacedExecutor:
    """Takes orders for both. What a worker refuses runs here, unless it needs a process of its own.

    The pool, of so many `workers`, is made when the first call is placed there. `note` is told of
    what does not run where it should.
    """

    def __init__(
        self,
        here: InProcessExecutor,
        make_pool: Callable[[], PoolExecutor],
        workers: int,
        note: Callable[[str], None],
    ) -> None:
        self._here = here
        self._make_pool = make_pool
        self._workers = workers
        self._note = note
        self._pool: PoolExecutor | None = None
        self._sent: dict[int, WorkOrder] = {}
        self._refused: list[WorkOrder] = []
        self._staying: set[str] = set()
        self._tried = Tried()
        self._task = ""

    @property
    def room(self) -> int:
        if self._refused or not self._here.room:
            return 0
        return 1 if self._pool is None or not self._sent else self._pool.room

    @property
    def side_by_side(self) -> bool:
        return bool(self._sent)

    @property
    def spare(self) -> bool:
        # What has to stay here would run beside workers that are busy, and keep them waiting.
        free = not self._refused and not self._staying and bool(self._here.room)
        return free and self._pool is not None and bool(self._sent) and self._pool.spare

    @property
    def waiting(self) -> int:
        return 0 if self._pool is None else self._pool.waiting

    def submit(self, order: WorkOrder, more: int = 0) -> None:
        here = is_fleeting(order.expected) or order.task in self._staying
        if here and (order.policy is PLAIN or not order.policy.alone):  # as nearly all are
            self._keep(order)
            return
        expected = self._tried.expected(order.task, order.expected)
        placement = place(order.policy, expected, more, len(self._sent), self._workers, self._start_seconds)
        if placement.where == "here":
            self._keep(order)
            return
        if self._pool is None:
            self._pool = self._make_pool()
        self._sent[order.call] = order
        self._pool.submit(order, more)

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        if not self._here.room:
            outcomes = self._perform()
            return [*outcomes, *self._from_pool(0.0)] if self._sent else outcomes
        outcomes = self._from_pool(timeout)
        if self._refused:
            self._keep(self._refused.pop())
            outcomes += self._perform()
        return outcomes

    def cancel(self) -> None:
        self._here.cancel()
        if self._pool is not None:
            self._pool.cancel()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
        self._here.close()

    def _start_seconds(self) -> float:
        """What it takes to have workers now."""
        return _FRESH_SECONDS if self._pool is None and has_threads() else 0.0

    def _keep(self, order: WorkOrder) -> None:
        """It is performed here, when it is waited for."""
        self._task = order.task
        self._here.submit(order)

    def _perform(self) -> list[Outcome]:
        outcomes = self._here.wait()
        for outcome in outcomes:
            self._tried.took(self._task, outcome.seconds)
        return outcomes

    def _from_pool(self, timeout: float | None) -> list[Outcome]:
        if self._pool is None or not self._sent:
            return []
        outcomes: list[Outcome] = []
        for outcome in self._pool.wait(timeout):
            order = self._sent.pop(outcome.call)
            if outcome.status == "refused" and not order.policy.alone:
                self._stay(order, outcome)
            else:
                self._tried.took(order.task, outcome.seconds)
                outcomes.append(outcome)
        return outcomes

    def _stay(self, order: WorkOrder, outcome: Outcome) -> None:
        self._refused.append(order)
        if order.task not in self._staying:
            self._staying.add(order.task)
            why = outcome.failure.message if outcome.failure is not None else ""
            self._note(f"{order.task} runs in the process of the run, not in a worker: {why}")
