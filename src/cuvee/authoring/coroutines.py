"""Coroutines in a pipeline's body: what a call of an async task or pipeline gives, until it is awaited.

Calls are traced where they are written, so that their order is that of the body, whatever an event
loop makes of it. What is never awaited would not run in plain code, and is a mistake.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from msgspec import Struct

from cuvee.model.problem import Place, Problem

T = TypeVar("T")


class _Given(Struct, frozen=True):
    label: str
    coroutine: Coroutine[Any, Any, Any]
    work: Coroutine[Any, Any, Any]
    place: Place


class Unawaited:
    """The coroutines that a body was given and has not awaited yet."""

    def __init__(self) -> None:
        self._given: dict[int, _Given] = {}
        self._next = 0

    def given(self, label: str, work: Coroutine[Any, Any, T], place: Place) -> Coroutine[Any, Any, T]:
        """A coroutine that does this work, and is remembered until it is awaited."""
        number = self._next = self._next + 1
        coroutine = self._awaited(number, work)
        self._given[number] = _Given(label, coroutine, work, place)
        return coroutine

    def problems(self) -> list[Problem]:
        """What was never awaited. It is closed, so that Python doesn't complain of it a second time."""
        left = list(self._given.values())
        self._given.clear()
        for each in left:
            each.coroutine.close()
            each.work.close()
        return [Problem(_unawaited_text(each.label), each.place) for each in left]

    async def _awaited(self, number: int, work: Coroutine[Any, Any, T]) -> T:
        self._given.pop(number, None)
        return await work


async def immediate(value: T) -> T:
    """A coroutine that gives what is there already."""
    return value


async def gathered(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all of these, which run concurrently."""
    import asyncio  # 40 ms, and only async tasks need it

    return list(await asyncio.gather(*work))


async def stepped(
    start: Callable[[], Coroutine[Any, Any, T]], inside: Callable[[], AbstractContextManager[None]]
) -> T:
    """The result of the coroutine that `start` makes, `inside` open around each of its steps: others may
    take theirs between them."""
    return await _steps(start(), inside)


@types.coroutine
def _steps(
    work: Coroutine[Any, Any, T], inside: Callable[[], AbstractContextManager[None]]
) -> Generator[Any, Any, T]:
    resume: Callable[[Any], Any] = work.send
    given: Any = None
    try:
        while True:
            try:
                with inside():
                    waited_for = resume(given)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            try:
                resume, given = work.send, (yield waited_for)
            except BaseException as error:  # noqa: BLE001 - the work is told, whatever it is
                resume, given = work.throw, error
    finally:
        work.close()


# The code that calls the user's.
STEPS = _steps.__code__


def _unawaited_text(label: str) -> str:
    return (
        f"`{label}` is async, and what {label}(…) gives is not awaited: write `await {label}(…)`, in a "
        "pipeline that is an `async def` itself"
    )
