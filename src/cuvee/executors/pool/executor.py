"""The pool: long-lived worker processes, each performing one call at a time, watched from here.

A worker that dies takes the call with it that it was performing, and no other. Nothing runs in
this process, and no thread is started here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from cuvee.executors.pool.crew import Aside, Crew
from cuvee.executors.pool.endings import (
    START_FAILURES,
    cannot_start,
    died,
    ended_text,
    interrupted,
    refused,
    stopped,
)
from cuvee.executors.pool.lessons import Lessons
from cuvee.executors.pool.memory import resident_bytes
from cuvee.executors.pool.messages import (
    Began,
    Done,
    FromWorker,
    Perform,
    Ready,
    Setup,
    Wrote,
    pack_order,
)
from cuvee.executors.pool.output import CallOutput
from cuvee.executors.pool.starting import Process
from cuvee.executors.pool.travel import CannotTravel, pickled
from cuvee.executors.pool.trips import is_short, trip
from cuvee.executors.pool.worker import PARTED, Worker
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.order import Outcome, WorkOrder
from cuvee.perform.capture import Hear
from cuvee.perform.interrupts import Interrupts
from cuvee.perform.redaction import redactor_of

# How long what was asked to end may take before it is ended.
GRACE = 1.0

# How often what cannot be waited for is looked at: memory, and ends where the kernel tells of none.
_MEMORY_TICK = 0.05
_ENDS_TICK = 0.2

# How many orders are taken ahead for each free worker while all of them are short.
_AHEAD = 64


class PoolExecutor:
    """An executor of `size` workers at most. They are started when there is work for them.

    With a `hash_seed` each of them is a fresh process with this PYTHONHASHSEED.
    """

    def __init__(
        self,
        size: int,
        setup: Setup,
        code: ProcessCode,
        hear: Hear,
        interrupts: Interrupts,
        aside: Aside,
        hash_seed: str | None = None,
        start: Callable[[], Process] | None = None,
    ) -> None:
        self.size = size
        self._hear = hear
        self._interrupts = interrupts
        self._lessons = Lessons(code)
        self._crew = Crew(setup, code, self._lessons, aside, hash_seed, start)
        self._queue: deque[WorkOrder] = deque()
        self._long = 0  # how many in the queue are not short
        self._ended: list[Outcome] = []
        self._start_failures = 0

    # What `ports.executor.Executor` asks for.

    @property
    def room(self) -> int:
        free = max(0, self.size - self._taken())
        ahead = 1 if self._long else _AHEAD
        return max(0, free * ahead - len(self._queue))

    @property
    def side_by_side(self) -> bool:
        return self.size > 1

    @property
    def spare(self) -> bool:
        busy = self._taken() >= self.size and not self._queue
        return busy and all(len(worker.orders) <= 1 for worker in self._crew.workers)

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @property
    def under_way(self) -> int:
        """How many orders have been taken and have no outcome yet."""
        given = sum(len(worker.orders) for worker in self._crew.workers)
        return len(self._queue) + given + len(self._ended)

    def submit(self, order: WorkOrder, more: int = 0) -> None:
        self._lessons.number(order)
        self._queue.append(order)
        self._long += not is_short(order)
        if not order.policy.alone:
            self._staff(len(self._queue) + more)
        if self._long:  # short ones are collected, to travel together
            self._dispatch()

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        deadline = None if timeout is None else time.monotonic() + timeout
        self._dispatch()
        while not self._ended and self.under_way:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            for worker in self._listen(left):
                self._attend(worker)
                self._hand_on()
            self._watch()
            if deadline is not None and time.monotonic() >= deadline:
                break
            self._hand_on()
        ended, self._ended = self._ended, []
        return ended

    def cancel(self) -> None:
        with suppress(KeyboardInterrupt):  # a second one: nobody is waited for any longer
            self._ask_to_end()
        self._crew.close()
        self._queue.clear()  # now: what a worker had not begun comes back when it ends
        self._long = 0
        self._ended.clear()

    def _ask_to_end(self) -> None:
        """Have all workers end in their own way, in the time that they are given for it."""
        for worker in list(self._crew.workers):
            if worker.orders:
                worker.stop(("Cancelled", "the run was cancelled"), GRACE)
            else:
                self._crew.dismiss(worker)  # it has nothing to tidy up, and listens for orders alone
        deadline = time.monotonic() + GRACE
        while self._crew.workers and time.monotonic() < deadline:
            for worker in self._crew.listen(min(_ENDS_TICK, max(0.0, deadline - time.monotonic()))):
                self._attend(worker)
            for worker in list(self._crew.workers):
                if worker.process.ended() is not None:
                    self._crew.dismiss(worker)

    def close(self) -> None:
        self._crew.close()

    # Giving out work.

    def _taken(self) -> int:
        """How many of the pool's places are taken."""
        return sum(self._places(worker.orders[0]) for worker in self._crew.workers if worker.orders)

    def _places(self, order: WorkOrder) -> int:
        return min(order.policy.cpus, self.size)

    def _staff(self, wanted: int) -> None:
        """See to it that there are workers for so many orders, as far as the pool is large."""
        idle = sum(not worker.orders and not worker.alone for worker in self._crew.workers)
        free = self.size - self._taken()
        count = min(free, wanted) - idle
        if count > 0:
            self._crew.hire(count)

    def _dispatch(self) -> None:
        while self._queue:
            order = self._queue[0]
            free = self.size - self._taken()
            if self._places(order) > free:
                return
            if order.policy.alone:
                (worker,) = self._crew.hire(1, alone=True)
                self._give(worker, [self._queue.popleft()])
                self._long -= 1
                continue
            self._staff(1)
            idle = [w for w in self._crew.workers if not w.orders and not w.alone and w.stopping is None]
            if not idle:
                return
            orders = trip(self._queue, len(idle))
            self._long -= sum(not is_short(each) for each in orders)
            self._give(idle[0], orders)

    def _hand_on(self) -> None:
        """Have workers that are done go on before what they have said is on record."""
        # But a failure may end the run.
        if all(outcome.status == "succeeded" for outcome in self._ended):
            self._dispatch()

    def _give(self, worker: Worker, orders: list[WorkOrder]) -> None:
        learned, packed, given = [], [], []
        for order in orders:
            number = self._lessons.number(order)
            try:
                if number not in worker.learned:
                    learned.append(self._lessons.learn(order, has_function=number in worker.functions))
                    worker.learned.add(number)
                packed.append(pack_order(order, number, pickled))
                given.append(order)
            except CannotTravel as error:
                self._ended.append(refused(order, str(error)))
        if given:
            worker.give(given, learned, Perform(tuple(packed)))

    # Hearing of it.

    def _listen(self, left: float | None) -> list[Worker]:
        patience = [left, *map(self._patience, self._crew.workers)]
        finite = [each for each in patience if each is not None]
        # Here a request to stop is not to wait for a call to end.
        with self._interrupts.user_code():
            if self._interrupts.requested:
                raise KeyboardInterrupt
            return self._crew.listen(min(finite) if finite else None)

    def _patience(self, worker: Worker) -> float | None:
        """How long nothing of this worker has to be looked at."""
        ticks = [] if worker.sentinel is not None else [_ENDS_TICK]
        now = time.monotonic()
        if worker.stopping is not None:
            ticks.append(max(0.0, worker.stopping - now))
        if worker.orders and worker.began is not None:
            policy = worker.orders[0].policy
            if policy.timeout is not None:
                ticks.append(max(0.0, worker.began + policy.timeout - now))
            if policy.memory_limit is not None:
                ticks.append(_MEMORY_TICK)
        return min(ticks, default=None)

    def _attend(self, worker: Worker) -> None:
        """Take what a worker has said and printed, and see whether it lives."""
        code = worker.process.ended()
        if code is None and worker.output is not None:
            worker.drain()  # before what it has said since; of a dead one what it has said comes first
        for message in worker.channel.arrived():
            self._heard(worker, message)
            if worker not in self._crew.workers:
                return
        worker.drain()
        self._crew.settle(worker)
        if code is None and worker.channel.ended:
            code = worker.parted(GRACE)
        if code is not None:
            self._bury(worker, code)

    def _heard(self, worker: Worker, message: FromWorker) -> None:
        if isinstance(message, Ready):
            worker.ready = True
            self._start_failures = 0
        elif isinstance(message, Began):
            order = worker.orders[0]
            worker.began = time.monotonic()
            worker.memory = 0
            worker.output = CallOutput(order.path, self._hear, redactor_of(order))
        elif isinstance(message, Wrote):
            if worker.output is not None:
                worker.output.wrote(message.stream, message.text, message.at)
        elif isinstance(message, Done):
            worker.drain()
            self._done(worker, message.outcome)
        else:
            self._ended.append(refused(worker.orders[0], message.why))
            self._finish(worker)

    def _done(self, worker: Worker, outcome: Outcome) -> None:
        assert worker.output is not None
        if worker.why and outcome.status != "damaged":
            # Whatever it says: it may have caught the interrupt and returned what it had by then.
            outcome = stopped(worker.orders[0], worker.output, *worker.why)
        elif outcome.status == "cancelled" and not self._interrupts.requested:
            outcome = interrupted(worker.orders[0], worker.output)
        memory = max(outcome.memory or 0, worker.memory) or None
        self._ended.append(msgspec.structs.replace(outcome, logs=worker.output.chunks(), memory=memory))
        self._finish(worker)

    def _finish(self, worker: Worker) -> None:
        """The first of its orders has its outcome."""
        worker.orders.popleft()
        worker.output = worker.began = None
        if worker.alone:
            self._crew.dismiss(worker)

    def _bury(self, worker: Worker, code: int) -> None:
        """It is dead: so is the call that it was performing; the others are for someone else."""
        if worker.began is not None:
            order = worker.orders.popleft()
            why = worker.why
            outcome = stopped(order, worker.output, *why) if why else died(order, worker.output, code)
            self._ended.append(msgspec.structs.replace(outcome, memory=worker.memory or None))
        elif worker.stopping is None:
            self._start_failures += 1
            if self._start_failures >= START_FAILURES:
                how = PARTED if worker.why else ended_text(code, at_start=True)
                self._ended += [cannot_start(order, how, worker.last_words) for order in worker.orders]
                worker.orders.clear()
        self._queue.extendleft(reversed(worker.orders))
        self._long += sum(not is_short(each) for each in worker.orders)
        worker.orders.clear()
        self._crew.dismiss(worker)

    def _watch(self) -> None:
        """See to those that take too long, or too much."""
        now = time.monotonic()
        for worker in list(self._crew.workers):
            if worker.stopping is not None:
                if now >= worker.stopping:
                    worker.kill()
            elif worker.orders and worker.began is not None:
                self._limit(worker, worker.orders[0], now - worker.began)
            if worker.sentinel is None and worker.process.ended() is not None:
                self._attend(worker)

    def _limit(self, worker: Worker, order: WorkOrder, seconds: float) -> None:
        policy = order.policy
        if policy.timeout is not None and seconds >= policy.timeout:
            worker.stop(("TimeoutError", f"it took longer than its timeout of {policy.timeout:g} s"), GRACE)
        if policy.memory_limit is not None:
            used = resident_bytes(worker.process.pid)
            worker.memory = max(worker.memory, used)
            if used > policy.memory_limit:
                limit = f"{policy.memory_limit / 1e6:,.0f} MB"
                worker.why = ("MemoryError", f"it took {used / 1e6:,.0f} MB, more than its limit of {limit}")
                worker.kill()
