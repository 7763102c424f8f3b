"""Serving: take orders from the link, perform them one after another, tell what came of each."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import msgspec

from cuvee.executors.pool.channel import Channel, decoder_of
from cuvee.executors.pool.messages import (
    Began,
    Describe,
    Done,
    Fit,
    Learn,
    Packed,
    Perform,
    Ready,
    Refused,
    Setup,
    ToWorker,
    Wrote,
    unpack_order,
)
from cuvee.executors.pool.travel import CannotTravel, arrive, unpickled
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.order import Failure, Outcome, WorkOrder
from cuvee.perform.imports import watching_imports
from cuvee.perform.interrupts import Interrupts
from cuvee.worker.orphans import end_with_parent
from cuvee.worker.streams import take_streams
from cuvee.worker.wiring import make_performer, open_store, own_code

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore
    from cuvee.worker.past import Past

Function = tuple[Callable[..., Any], Any]
"""A task's function and its annotation."""

# Made once, here: copies of this process have it, too.
_FLUSH = ctypes.CDLL(None).fflush
decoder_of(ToWorker)


def main(descriptor: int) -> NoReturn:
    """Serve in a fresh process; the link is this descriptor."""
    _serve(socket.socket(fileno=descriptor), None, {})


def serve_fork(link: socket.socket, code: ProcessCode, functions: Mapping[int, Function]) -> NoReturn:
    """Serve in a copy of the run's process, which has `functions` by the numbers of their tasks."""
    _serve(link, code, functions)


def _serve(link: socket.socket, code: ProcessCode | None, functions: Mapping[int, Function]) -> NoReturn:
    """To the end: of what belongs to the process that this one may be a copy of, nothing is cleaned up."""
    try:
        _attend(link, code, functions)
    except BaseException:  # noqa: BLE001 - it ends here, and this is what it has to say of it
        # Python would tell it to streams that drop what no call has printed.
        import traceback

        os.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
        os._exit(1)  # before the link is closed: a worker without one is ended
    os._exit(0)


def _attend(link: socket.socket, code: ProcessCode | None, functions: Mapping[int, Function]) -> None:
    end_with_parent(os.getppid())
    take_streams()
    faulthandler.enable(file=2)
    sys.breakpointhook = _no_debugger
    channel: Channel[ToWorker] = Channel(link, ToWorker)
    setup = channel.receive()
    if isinstance(setup, Setup):
        interrupts = Interrupts()
        worker = _Worker(
            channel, setup, code or own_code(setup), functions, interrupts, forked=code is not None
        )
        with interrupts.listening(), ExitStack() as stack:
            worker.serve(stack)


class _Worker:
    """One worker, from its setup to its end."""

    def __init__(
        self,
        channel: Channel[ToWorker],
        setup: Setup,
        code: ProcessCode,
        functions: Mapping[int, Function],
        interrupts: Interrupts,
        *,
        forked: bool,
    ) -> None:
        self._channel = channel
        self._setup = setup
        self._code = code
        self._functions = dict(functions)
        self._interrupts = interrupts
        self._forked = forked
        self._learned: dict[int, Learn] = {}
        self._blobs = open_store(setup)
        self._performer = make_performer(setup, self._blobs, code, self._hear, interrupts)
        self._past = _past(setup, code, self._blobs) if setup.today else None
        self._call = 0
        self._began = 0.0
        self._unsent: tuple[Literal["stdout", "stderr"], float, list[str]] | None = None
        self._process = os.getpid()

    def serve(self, stack: ExitStack) -> None:
        """Until the link is closed, or somebody asks to stop."""
        stack.enter_context(self._performer.ready())
        self._channel.send(Ready())
        while not self._interrupts.requested:
            message = self._channel.receive()
            if message is None:
                return
            if isinstance(message, Learn):
                self._learned[message.number] = message
            elif isinstance(message, Describe | Fit):
                assert self._past is not None, "only a process of past source is asked about it"
                with self._interrupts.user_code():
                    self._channel.send(self._past.answer(message))
            elif isinstance(message, Perform):
                for packed in message.orders:
                    if not self._interrupts.requested:
                        self._perform(packed)

    def _perform(self, packed: Packed) -> None:
        self._call, self._began = packed.call, time.perf_counter()
        self._channel.send(Began(packed.call))
        try:
            order = self._order(packed)
        except CannotTravel as error:
            self._channel.send(Refused(packed.call, str(error)))
            return
        outcome = self._checked(order, self._performer.perform(order))
        if self._setup.sync and outcome.artifact is not None:
            self._blobs.sync()
        self._tell()
        _flush_c_streams()
        # What it wrote is told already; a crash would have lost it here.
        self._channel.send(Done(msgspec.structs.replace(outcome, logs=())))

    def _order(self, packed: Packed) -> WorkOrder:
        learn = self._learned[packed.task]
        function = self._functions.get(packed.task)
        if function is None:
            with self._interrupts.user_code(), self._importing():
                function = self._functions[packed.task] = arrive(learn, self._code, forked=self._forked)
        return unpack_order(packed, learn, *function, unpickled)

    def _importing(self) -> AbstractContextManager[None]:
        if self._past is not None:
            return self._past.importing()
        if not self._setup.heard:
            return nullcontext()
        return watching_imports(Path(self._setup.root), Path(self._setup.home))

    def _checked(self, order: WorkOrder, outcome: Outcome) -> Outcome:
        """The outcome, not to be kept if it reaches a global that this process has seen change."""
        if self._past is not None:
            try:
                self._past.check()
            except CannotTravel as error:
                failure = Failure("CannotTravel", str(error), f"CannotTravel: {error}\n")
                return msgspec.structs.replace(outcome, status="failed", artifact=None, failure=failure)
        changed = self._code.changed()
        if not changed:
            return outcome
        reached = changed.intersection(item.name for item in self._code.ledger(order.function).items)
        doubts = tuple(f"global {name} changed while it ran, or before, in its process" for name in reached)
        return msgspec.structs.replace(outcome, doubts=(*outcome.doubts, *sorted(doubts)))

    def _hear(self, path: str, stream: Literal["stdout", "stderr"], text: str) -> None:
        """A call writes: lines are told as they are whole, the rest with what follows."""
        if os.getpid() != self._process:
            return  # a copy that the call has made: two on one link would cut into each other's words
        with self._interrupts.our_code():
            if self._unsent is not None and self._unsent[0] != stream:
                self._tell()
            if self._unsent is None:
                self._unsent = (stream, time.perf_counter() - self._began, [])
            self._unsent[2].append(text)
            if text.endswith("\n"):
                self._tell()

    def _tell(self) -> None:
        if self._unsent is not None:
            (stream, at, texts), self._unsent = self._unsent, None
            self._channel.send(Wrote(self._call, stream, "".join(texts), at))


def _past(setup: Setup, code: ProcessCode, blobs: BlobStore) -> Past:
    from cuvee.worker.past import Past  # few workers serve source of the past

    return Past(setup, code, blobs)


def _flush_c_streams() -> None:
    """What C code has printed and its library still keeps belongs to the call that is over."""
    _FLUSH(None)


def _no_debugger(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise RuntimeError(
        "breakpoint() has no terminal in a worker process: run it with --executor in-process to debug it"
    )
