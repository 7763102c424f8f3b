"""Orders: a call that has to run, as whoever performs it is told of it, and how long it should take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cuvee.engine.attempts import usual
from cuvee.engine.keys import Keys
from cuvee.engine.lookup import Decided, Lookup
from cuvee.model.graph import Argument, Call, Given
from cuvee.model.key import Key, seed_of
from cuvee.model.order import Payload, WorkOrder

if TYPE_CHECKING:
    from cuvee.engine.fitting import Fitting, Lower


class Orders:
    """Makes the orders of one run. `scratch` is where each call has a folder of its own; `fitting` is there
    where calls work with several versions of one class."""

    def __init__(
        self,
        lookup: Lookup,
        lower: Callable[[Argument], Payload],
        scratch: str,
        fitting: Fitting | None = None,
    ) -> None:
        self._lookup = lookup
        self._lower = lower
        self._scratch = scratch
        self._fitting = fitting
        self._took: dict[str, float] = {}

    def expected(self, call: Call) -> float | None:
        """How many seconds the call should take: as it did last, else as another call of its task."""
        previous = self._lookup.previous(call)
        if previous is not None and (previous.seconds or previous.saved):
            return previous.seconds or previous.saved
        return self._took.get(call.task.name)

    def took(self, call: Call, seconds: float) -> None:
        """A call has run for so long."""
        self._took[call.task.name] = usual(self._took.get(call.task.name), seconds)

    def order(self, work: Decided, expected: float | None) -> WorkOrder:
        """The order for a call that should take so many seconds."""
        call = work.call
        lower = self._lower if self._fitting is None else self._fitting.lower(call.task)
        scratch = f"{self._scratch}/{call.id:x}"
        return order_of(call, work.key, self._lookup.keys, lower, scratch, expected=expected)


def order_of(
    call: Call,
    key: Key,
    keys: Keys,
    lower: Lower,
    scratch: str,
    *,
    path: str = "",
    expected: float | None = None,
) -> WorkOrder:
    """The order for a call with that key; `path` is what it is told as, if not as its own.

    What cannot draw a random number needs no seed, and setting one costs more than many a call.
    """
    task = call.task
    arguments = tuple(
        [
            (name, argument.artifact if type(argument) is Given else lower(argument))
            for name, argument in call.arguments
        ]
    )
    return WorkOrder(
        call.id,
        path or call.path,
        task.name,
        task.function,
        task.parameters,
        task.returns,
        task.elements,
        arguments,
        seed_of(key) if keys.may_draw(task, [payload for _, payload in arguments]) else b"",
        scratch,
        task.policy,
        expected,
        task.past,
    )
