"""Threads of this process that are cuvee's own, and that stand still while the process is copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol


class Own(Protocol):
    """A thread of ours, which may be there or not."""

    @property
    def runs(self) -> bool:
        """Whether it is there now."""
        ...

    def pause(self) -> None:
        """End it, until it is resumed."""
        ...

    def resume(self) -> None: ...


own: list[Own] = []


def running() -> int:
    """How many threads of ours there are."""
    return sum(each.runs for each in own)


@contextmanager
def paused() -> Iterator[None]:
    """While this is open there are none."""
    with ExitStack() as stack:
        for each in [each for each in own if each.runs]:
            each.pause()
            stack.callback(each.resume)
        yield
