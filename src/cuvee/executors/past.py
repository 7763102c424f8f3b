"""Past: calls of an earlier run's source, in processes that have that loaded and nothing of today's."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from cuvee.errors import CannotDecode, InternalError, TargetError
from cuvee.executors.pool.channel import Channel
from cuvee.executors.pool.endings import ended_text
from cuvee.executors.pool.messages import (
    Declined,
    Describe,
    Described,
    Fit,
    Fitted,
    FromDesk,
    Ready,
    Setup,
    ToWorker,
)
from cuvee.executors.pool.starting import Process, spawn
from cuvee.model.artifact import Artifact
from cuvee.model.order import Outcome, WorkOrder
from cuvee.model.past import PastTask
from cuvee.ports.executor import Executor

_CHUNK = 1 << 16
_NAP = 0.05


class Desk:
    """A process that answers for the source of run `run`, which lies in `setup.root`; started when asked."""

    def __init__(self, run: int, setup: Setup, path: Sequence[str]) -> None:
        self._run = run
        self._setup = setup
        self._path = path
        self._process: Process | None = None
        self._channel: Channel[FromDesk] | None = None
        self._words = b""
        self._fitted: dict[bytes, Artifact] = {}

    # What `ports.past.PastCode` asks for.

    def describe(self, file: str, module: str, qualname: str) -> PastTask:
        answer = self._ask(Describe(file, module, qualname))
        if isinstance(answer, Declined):
            raise TargetError(f"the source of run {self._run}: {answer.why}")
        if not isinstance(answer, Described):
            raise InternalError(f"a process was asked for a task, and answered {answer}")
        return answer.task

    def fitted(self, artifact: Artifact) -> Artifact:
        known = self._fitted.get(artifact.digest)
        if known is None:
            answer = self._ask(Fit(artifact))
            if isinstance(answer, Declined):
                raise CannotDecode(f"in the source of run {self._run}: {answer.why}")
            if not isinstance(answer, Fitted):
                raise InternalError(f"a process was asked to fit an artifact, and answered {answer}")
            known = self._fitted[artifact.digest] = answer.artifact
        return known

    def close(self) -> None:
        if self._process is None or self._channel is None:
            return
        self._process.signal(9)
        self._process.wait()
        self._channel.close()
        for descriptor in self._process.output:
            os.close(descriptor)
        self._process = self._channel = None

    # How.

    def _ask(self, question: ToWorker) -> FromDesk:
        if self._channel is None:
            self._start()
        assert self._channel is not None
        with suppress(OSError):  # that nobody is there is found out when no answer comes
            self._channel.send(question)
        return self._answer()

    def _start(self) -> None:
        self._process = spawn(path=self._path)
        self._channel = Channel(self._process.link, FromDesk)
        for descriptor in self._process.output:
            os.set_blocking(descriptor, False)
        self._channel.send(self._setup)
        if not isinstance(self._answer(), Ready):
            raise InternalError("a process answered before it was asked anything")

    def _answer(self) -> FromDesk:
        """What it says next. What it prints, its modules when they are imported, is told if it dies."""
        assert self._channel is not None
        assert self._process is not None
        while True:
            select.select([self._channel.fileno()], [], [], _NAP)
            self._drain()
            for message in self._channel.arrived():
                return message
            if self._channel.ended:
                code = self._process.wait()
                self._drain()
                words = self._words.decode("utf-8", "replace").strip()
                told = f":\n{words}" if words else ""
                raise TargetError(
                    f"the source of run {self._run} cannot be loaded: the process that did so "
                    f"{ended_text(code)}{told}"
                )

    def _drain(self) -> None:
        assert self._process is not None
        for descriptor in self._process.output:
            with suppress(BlockingIOError):
                while data := os.read(descriptor, _CHUNK):
                    self._words = (self._words + data)[-_CHUNK:]


class PastExecutor:
    """Executors of two kinds: `here` for calls of today's code, `past` by the run whose code it is."""

    def __init__(self, here: Executor, past: Mapping[int, Callable[[], Executor]]) -> None:
        self._here = here
        self._make = past
        self._past: dict[int, Executor] = {}
        self._orders: dict[int, WorkOrder] = {}
        self._under_way = 0

    @property
    def room(self) -> int:
        return self._here.room  # those of the past queue what they are given

    @property
    def side_by_side(self) -> bool:
        return self._here.side_by_side

    @property
    def spare(self) -> bool:
        return self._here.spare

    @property
    def waiting(self) -> int:
        return self._here.waiting

    def submit(self, order: WorkOrder, more: int = 0) -> None:
        if order.past is None:
            self._under_way += 1
            self._here.submit(order, more)
            return
        run = order.past.run
        if run not in self._past:
            self._past[run] = self._make[run]()
        self._orders[order.call] = order
        self._past[run].submit(order, more)

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        if not self._orders:
            return self._heard(self._here.wait(timeout))
        several = self._under_way or len(self._past) > 1
        patience = _NAP if several and (timeout is None or timeout > _NAP) else timeout
        outcomes = self._heard(self._here.wait(patience)) if self._under_way else []
        for past in self._past.values():
            outcomes += self._of_past(past, 0.0 if outcomes else patience)
        return outcomes

    def cancel(self) -> None:
        for each in (self._here, *self._past.values()):
            each.cancel()
        self._orders.clear()
        self._under_way = 0

    def close(self) -> None:
        for each in (*self._past.values(), self._here):
            each.close()

    def _heard(self, outcomes: list[Outcome]) -> list[Outcome]:
        self._under_way -= len(outcomes)
        return outcomes

    def _of_past(self, past: Executor, timeout: float | None) -> list[Outcome]:
        outcomes = past.wait(timeout)
        for outcome in outcomes:
            self._orders.pop(outcome.call, None)
        return outcomes
