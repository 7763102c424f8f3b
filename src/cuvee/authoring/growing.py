"""Growing: calls join the graph of a trace, each under a path of its own and with its arguments checked.

Where something stands in for a task, its calls are of that; the tracer and its maps need not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cuvee.authoring.arguments import Arguments
from cuvee.authoring.handle import Handle
from cuvee.authoring.swapping import Standing, Supply, Swaps, arguments_of
from cuvee.authoring.uses import Use, Uses
from cuvee.model.graph import STRIDE, Call, Node, Ref, Supplied
from cuvee.model.problem import Place, Problem

if TYPE_CHECKING:
    from cuvee.authoring.task import Task

Given = tuple[tuple[Any, ...], Mapping[str, Any]]
"""What a body hands to a call: by position, and by name."""


class Growing:
    """The graph of one trace as it grows. `seed` is that of all calls for which nothing nearer gives one;
    `swaps` say what stands in for tasks."""

    def __init__(
        self,
        problems: list[Problem],
        arguments: Arguments,
        uses: Uses,
        seed: int | None,
        swaps: Swaps | None,
    ) -> None:
        self.nodes: list[Node] = []
        self.inside: list[str] = []
        self.arguments = arguments
        self.uses = uses
        self.swaps = swaps or None
        self._problems = problems
        self._prefix = ""
        self._seed = seed
        self._used: dict[str, int] = {}

    def use(self, task: Task[..., Any]) -> Use:
        """What all calls of the task share here."""
        return self.uses.of(task, self._seed)

    def path(self, name: str) -> str:
        """A path that no other call has."""
        path = self._prefix + name
        count = self._used[path] = self._used.get(path, 0) + 1
        return path if count == 1 else f"{path}#{count}"

    @contextmanager
    def within(self, name: str, prefix: str, seed: int | None) -> Iterator[None]:
        """While this is open, calls are those of a pipeline's body."""
        outer = self._prefix, self._seed
        self.inside.append(name)
        self._prefix = prefix or self._prefix
        self._seed = self._seed if seed is None else seed
        try:
            yield
        finally:
            self.inside.pop()
            self._prefix, self._seed = outer

    def number(self) -> int:
        """The id of the next node."""
        return len(self.nodes) * STRIDE

    def call(self, use: Use, path: str, values: Mapping[str, Any], place: Place) -> Handle:
        """A call with these values, by parameter: a handle of its result."""
        arguments = self.arguments.of_call(use.parameters, values, use.label, place)
        number = len(self.nodes) * STRIDE
        self.nodes.append(Call(number, path, use.info, arguments, place))
        return Handle(Ref(number), use.info.returns, path)

    # In a run with swaps.

    def swapped(
        self,
        task: Task[..., Any],
        path: str,
        given: Given,
        place: Place,
        walked: int = 0,
        *,
        note: bool = True,
    ) -> Handle:
        """A call of what stands in for the task, of the task where nothing does, or a result in its place."""
        swap = self.instead(task, path)
        supplied = self.supplied(task, swap)
        if supplied is None:
            use, values = self.values(task, swap, given, place, walked, note=note)
            return self.call(use, path, values, place)
        info, number = self.use(task).info, self.number()
        self.nodes.append(Call(number, path, info, (), place, supplied))
        return Handle(Ref(number), info.returns, path)

    def instead(self, task: Task[..., Any], path: str) -> Standing | None:
        """What stands in for this call, if anything does."""
        if self.swaps is None:
            return None
        found = self.swaps.of_call(task, path)
        self._problems += self.swaps.take_problems()
        return found

    def supplied(self, task: Task[..., Any], swap: Standing | None) -> Supplied | None:
        """The result that stands in for the task, where one does."""
        if swap is None or not isinstance(swap.by, Supply):
            return None
        return swap.by.supplied(self.use(task).info.elements)

    def values(
        self,
        task: Task[..., Any],
        swap: Standing | None,
        given: Given,
        place: Place,
        walked: int,
        *,
        note: bool = True,
    ) -> tuple[Use, dict[str, Any]]:
        """What is called, and what it is given by parameter; of a map the first `walked` are items."""
        by = task
        if swap is None or isinstance(swap.by, Supply):
            values, problems = task.signature.bind(*given)
        else:
            by = swap.by
            said, problems = task.signature.bind_given(*given)
            values, wrong = arguments_of(swap, by, task, said)
            problems = [*problems, *wrong]
        self.uses.note(problems if note else [], task.short_name, place)
        self.uses.override(by, values, place, walked_by(task, walked))
        return self.use(by), values


def walked_by(task: Task[..., Any], count: int) -> set[str]:
    """The parameters that the first so many lists of a map are for."""
    return {parameter.name for parameter in task.signature.parameters[:count]}
