"""The event loop: runs a coroutine to its end, also where a loop runs in this thread (as in a notebook).

Each coroutine has a loop of its own: what it leaves running is cancelled with it, and never runs
beside the next call. It sees the context variables of who calls it, and changes none of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import CoroutineType, FunctionType
from typing import Any, TypeVar

from cuvee.ports import descriptors

T = TypeVar("T")

_COROUTINE = 0x80  # CO_COROUTINE: importing inspect for a number costs 10 ms


def is_coroutine(function: Any, result: Any) -> bool:
    """Whether a function's result is what an `async def` gives before it is awaited."""
    return (
        type(result) is CoroutineType
        and isinstance(function, FunctionType)
        and bool(function.__code__.co_flags & _COROUTINE)
    )


class EventLoop:
    """A loop for one coroutine. Made before anybody watches: what making it asks is nobody's concern."""

    def __init__(self) -> None:
        import asyncio  # 40 ms, and most calls have no use for it

        # With a factory the loop is not set as the thread's: a notebook's own stays that.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._runner.get_loop()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What the coroutine gives, or raises."""
        with outer_loop_aside(), self._runner:
            return self._runner.run(coroutine)


def run_to_end(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, on a loop that is no hindrance to copying this process meanwhile."""
    before = _open_descriptors()
    loop = EventLoop()
    made = _open_descriptors() - before
    descriptors.own.update(made)
    try:
        return loop.run(coroutine)
    finally:
        descriptors.own.difference_update(made)


@contextmanager
def outer_loop_aside() -> Iterator[None]:
    """While this is open no loop runs in this thread, as asyncio sees it: one that does is waiting for us."""
    import asyncio

    outer = asyncio._get_running_loop()
    if outer is None:
        yield
        return
    # The task that is waiting. Before 3.12 each loop has its own, and there is nothing to swap.
    swap = getattr(asyncio.tasks, "_swap_current_task", None)
    waiting = None if swap is None else swap(outer, None)
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)
        if swap is not None:
            swap(outer, waiting)


def _open_descriptors() -> set[int]:
    if not sys.platform.startswith("linux"):
        return set()  # nothing is copied there
    # That of the listing itself is closed by now.
    return {int(name) for name in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{name}")}  # noqa: PTH208
