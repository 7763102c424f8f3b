"""Orders: a call that has to run, as whoever performs it is told of it, and how long it should take."""

from __future__ import annotations

from collections.abc import Callable

from cuvee.engine.attempts import usual
from cuvee.engine.fitting import Fitting
from cuvee.engine.lookup import Decided, Lookup
from cuvee.model.graph import Argument, Call, Given
from cuvee.model.key import seed_of
from cuvee.model.order import Payload, WorkOrder


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
        """The order for a call that should take so many seconds.

        What cannot draw a random number needs no seed, and setting one costs more than many a call.
        """
        call, task = work.call, work.call.task
        lower = self._lower if self._fitting is None else self._fitting.lower(task)
        seeded = self._lookup.keys.may_draw(call, lower)
        return WorkOrder(
            call.id,
            call.path,
            task.name,
            task.function,
            task.parameters,
            task.returns,
            task.elements,
            tuple(
                [
                    (name, argument.artifact if type(argument) is Given else lower(argument))
                    for name, argument in call.arguments
                ]
            ),
            seed_of(work.key) if seeded else b"",
            f"{self._scratch}/{call.id:x}",
            policy=task.policy,
            expected=expected,
            past=task.past,
        )
