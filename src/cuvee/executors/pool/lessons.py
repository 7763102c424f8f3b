"""Lessons: the tasks that workers have been, or can be, told of, each with a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuvee.executors.pool.messages import Learn
from cuvee.executors.pool.travel import learn_of
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.model.order import WorkOrder


class Lessons:
    """Numbers tasks as their orders come. `functions` is what a copy of this process has of them."""

    def __init__(self, code: ProcessCode) -> None:
        self._code = code
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._travelling: dict[int, Learn] = {}
        self.functions: dict[int, tuple[Callable[..., Any], Any]] = {}

    def number(self, order: WorkOrder) -> int:
        """The number of the order's task."""
        key = (order.function, order.task, order.elements)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers)
            self.functions[number] = (order.function, order.returns)
        return number

    def learn(self, order: WorkOrder, *, has_function: bool) -> Learn:
        """What a worker is to be told of the order's task. Raises CannotTravel."""
        number = self.number(order)
        if has_function:
            return Learn(number, order.task, order.parameters, order.elements)
        found = self._travelling.get(number)
        if found is None:
            found = self._travelling[number] = learn_of(order, number, self._code)
        return found
