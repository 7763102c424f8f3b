"""The crew: the worker processes that there are, hired and dismissed, and listened to all at once."""

from __future__ import annotations

import importlib
import select
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from cuvee.executors.pool.guard import Guard
from cuvee.executors.pool.lessons import Lessons
from cuvee.executors.pool.messages import Setup
from cuvee.executors.pool.starting import Process, fork, shared_descriptors, spawn
from cuvee.executors.pool.worker import Worker
from cuvee.executors.threads import has_threads
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.perform.imports import imports
from cuvee.ports import descriptors, threads

# The system waits for no more than 2**31 milliseconds at a time.
_LONGEST = 1e6

Aside = Callable[[], AbstractContextManager[bool]]
"""Puts aside, for as long as it is open, what must not be open across a fork; whether all of it could be."""


class Crew:
    """Workers of one run. Whatever ends this process ends them, too.

    `hash_seed`: each begins afresh with this PYTHONHASHSEED, and is no copy of this process. `start`
    makes their processes, where these must have nothing of this one.
    """

    def __init__(
        self,
        setup: Setup,
        code: ProcessCode,
        lessons: Lessons,
        aside: Aside,
        hash_seed: str | None = None,
        start: Callable[[], Process] | None = None,
    ) -> None:
        self.workers: list[Worker] = []
        self._setup = setup
        self._code = code
        self._lessons = lessons
        self._aside = aside
        self._hash_seed = hash_seed
        self._start_fresh = start
        self._guard: Guard | None = None
        self._poll = select.poll()
        self._by_descriptor: dict[int, Worker] = {}

    def hire(self, count: int, *, alone: bool = False) -> list[Worker]:
        """So many new workers; `alone`: each for one call."""
        hired = []
        for process in self._start(count):
            known = self._lessons.functions if process.forked else ()
            worker = Worker(process, self._setup_of(process), known, alone=alone)
            for descriptor in worker.descriptors:
                self._by_descriptor[descriptor] = worker
                self._poll.register(descriptor, select.POLLIN)
            hired.append(worker)
        self.workers += hired
        if self._guard is None:  # before any of them performs something, and while they get ready
            self._guard = Guard()
        self._guard.watch(worker.process.pid for worker in self.workers)
        return hired

    def _setup_of(self, process: Process) -> Setup:
        """A copy of this process has imported what it has; of source of the past nothing is imported here."""
        if process.forked or self._setup.today:
            return self._setup
        return msgspec.structs.replace(self._setup, heard=imports.heard(Path(self._setup.root)))

    def dismiss(self, worker: Worker) -> None:
        """End a worker, with all that it has started."""
        self._forget(worker)
        worker.close()
        self.workers.remove(worker)
        if self._guard is not None:
            self._guard.watch(each.process.pid for each in self.workers)

    def listen(self, seconds: float | None) -> list[Worker]:
        """The workers with something to say, as soon as there is one or the time is over."""
        patience = None if seconds is None else max(0, int(min(seconds, _LONGEST) * 1000) + 1)
        found = self._poll.poll(patience)
        return list(dict.fromkeys(self._by_descriptor[descriptor] for descriptor, _ in found))

    def settle(self, worker: Worker) -> None:
        """Listen no longer to the streams that the worker has closed."""
        open_still = set(worker.descriptors)
        gone = [each for each, who in self._by_descriptor.items() if who is worker and each not in open_still]
        for descriptor in gone:
            self._poll.unregister(descriptor)
            del self._by_descriptor[descriptor]

    def close(self) -> None:
        """End all of them."""
        for worker in self.workers:
            worker.kill()
        for worker in list(self.workers):
            self._forget(worker)
            worker.close()
        self.workers.clear()
        if self._guard is not None:
            self._guard.dismiss()
            self._guard = None

    def _forget(self, worker: Worker) -> None:
        for descriptor in [each for each, who in self._by_descriptor.items() if who is worker]:
            self._poll.unregister(descriptor)
            del self._by_descriptor[descriptor]

    def _start(self, count: int) -> list[Process]:
        if self._start_fresh is not None:
            return [self._start_fresh() for _ in range(count)]
        if self._hash_seed is None and not has_threads():
            with threads.paused(), self._aside() as complete:
                forked = self._fork(count) if complete else []
            if forked:
                return forked
        return [spawn(self._hash_seed) for _ in range(count)]

    def _fork(self, count: int) -> list[Process]:
        """Copies of this process; none if something speaks against it."""
        ours = {*self._by_descriptor, *descriptors.own}
        if self._guard is not None:
            ours.add(self._guard.fileno())
        if shared_descriptors(ours):
            return []
        # The worker's side is above this row of the house; it is found when it is first needed.
        serve = importlib.import_module("cuvee.worker").serve_fork
        functions = self._lessons.functions
        processes: list[Process] = []
        for _ in range(count):
            process = fork(lambda link: serve(link, self._code, functions), ours)
            processes.append(process)
            ours |= {process.link.fileno(), *process.output}
        return processes
