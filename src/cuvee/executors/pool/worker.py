"""A worker of the pool, seen from the run: what it is doing, what it has said, how it ended."""

from __future__ import annotations

import os
import select
import signal
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal

from cuvee.executors.pool.channel import Channel
from cuvee.executors.pool.messages import FromWorker, Learn, Perform, Setup
from cuvee.executors.pool.output import CallOutput, Decoded
from cuvee.executors.pool.starting import Process
from cuvee.model.order import WorkOrder

PARTED = "closed its link to the run, and was ended"
"""What is said, as a clause, of one that closed its link and did not end by itself."""

_CHUNK = 1 << 16
_STEP = 0.02


class Worker:
    """One process and the orders that it was given. It performs the first of them, then the next."""

    def __init__(self, process: Process, setup: Setup, functions: Iterable[int], *, alone: bool) -> None:
        self.process = process
        self.alone = alone
        self.orders: deque[WorkOrder] = deque()
        self.functions = frozenset(functions)
        self.learned: set[int] = set()
        self.ready = False
        self.output: CallOutput | None = None
        self.began: float | None = None
        self.memory = 0  # bytes that it and all that it has started held at most during its call, if watched
        self.stopping: float | None = None
        self.why: tuple[str, str] | None = None
        self.last_words = ""
        self.channel: Channel[FromWorker] = Channel(process.link, FromWorker)
        self._streams: dict[int, tuple[Literal["stdout", "stderr"], Decoded]] = {
            process.output[0]: ("stdout", Decoded()),
            process.output[1]: ("stderr", Decoded()),
        }
        self.sentinel = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else None
        for descriptor in self._streams:
            os.set_blocking(descriptor, False)
        self._send(setup)

    @property
    def descriptors(self) -> list[int]:
        """All that has to be looked at, and that no other process may have."""
        found = [self.channel.fileno(), *self._streams]
        return found if self.sentinel is None else [*found, self.sentinel]

    def give(self, orders: Iterable[WorkOrder], learn: Iterable[Learn], perform: Perform) -> None:
        """Have it carry these out."""
        for each in learn:
            self._send(each)
        self.orders.extend(orders)
        self._send(perform)

    def drain(self) -> None:
        """Take what was printed without Python's knowing; what no call has printed is its last words."""
        for descriptor, (stream, decoded) in list(self._streams.items()):
            with suppress(BlockingIOError):
                while data := os.read(descriptor, _CHUNK):
                    self._printed(stream, decoded.text(data))
                # It has closed the stream: a descriptor at its end would wake us without end.
                del self._streams[descriptor]
                os.close(descriptor)

    def stop(self, why: tuple[str, str], grace: float) -> None:
        """Ask it to end; after `grace` seconds it is not asked any more.

        `why`: the name of an error, and its words.
        """
        self.why = self.why or why
        if self.stopping is None:
            self.stopping = time.monotonic() + grace
            self.process.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and all that it has started."""
        self.process.signal(signal.SIGKILL)

    def parted(self, grace: float) -> int:
        """How it ended, now that it has closed its link: by itself, or by us after `grace` seconds more."""
        deadline = time.monotonic() + grace
        while (code := self.process.ended()) is None and time.monotonic() < deadline:
            self.drain()  # who cannot print cannot end either
            self._await_end(_STEP)
        if code is None:
            self.why = self.why or ("WorkerDied", f"its worker {PARTED}")
            self.kill()
            code = self.process.wait()
        self.drain()
        return code

    def _await_end(self, seconds: float) -> None:
        if self.sentinel is None:
            time.sleep(seconds)
            return
        ends = select.poll()
        ends.register(self.sentinel, select.POLLIN)
        ends.poll(int(seconds * 1000))

    def close(self) -> None:
        """End it, wait for that, and give its descriptors back."""
        self.kill()
        self.process.wait()
        self.channel.close()
        for descriptor in self._streams:
            os.close(descriptor)
        if self.sentinel is not None:
            os.close(self.sentinel)

    def _printed(self, stream: Literal["stdout", "stderr"], text: str) -> None:
        if self.output is not None:
            self.output.printed(stream, text)
        else:
            self.last_words = (self.last_words + text)[-_CHUNK:]

    def _send(self, message: object) -> None:
        # That nobody is there any more is found out where ends are looked for.
        with suppress(OSError):
            self.channel.send(message)
