"""Continuation: a run that goes on from one call of an earlier run.

That call is performed, and all that follows from it in the trace of today; what every other call gave is
taken from the records of the earlier run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Protocol

from msgspec.structs import replace

from cuvee.authoring.swapping import names_of_path
from cuvee.model.graph import Argument, Call, Given, Narrowed, Node, Supplied, needs_of
from cuvee.model.problem import Problem
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.overrides import Overrides
from cuvee.operations.references import listed
from cuvee.operations.session import Session

Give = Callable[[Any], Argument]
"""Puts a value into the store, as an argument of the graph."""


def taken_from(run: int, call: CallRecord, maker: tuple[int, str] | None) -> Supplied:
    """What a call of an earlier run gave and logged, which `maker` had made, to be what it gives now."""
    assert call.artifact is not None
    return Supplied(
        call.artifact,
        f"run {run}",
        maker,
        call.seconds or call.saved,
        taken=True,
        metrics=call.metrics,
        figures=call.figures,
    )


class Continuing(Protocol):
    """What a run that goes on from an earlier one asks of each node of its trace, in order."""

    def node(self, node: Node, give: Give) -> Node:
        """The node as it is to be carried out; `give` takes the values that are set for it."""

    def problems(self) -> list[Problem]:
        """What the trace, which has come to its end, has not met."""


class Continuation:
    """Says of each node of a trace, in its order, whether it is performed or taken.

    `path` is the call from which the run goes on. `values` are set for calls, by path and parameter,
    `overrides` for tasks.
    """

    def __init__(
        self,
        session: Session,
        run: RunRecord,
        path: str,
        values: Mapping[str, Mapping[str, Any]],
        overrides: Overrides,
    ) -> None:
        self._run = run.number
        self._path = path
        self._recorded = {call.path: call for call in session.queries.calls(run.number)}
        self._values = values
        self._overrides = overrides
        self._set: set[str] = set()
        self._met: dict[str, str] = {}  # by path, the task
        self._performed: set[int] = set()
        self._paths: dict[str, None] = {}
        self._tasks: set[str] = set()

    def node(self, node: Node, give: Give) -> Node:
        """The node as it is to be carried out; `give` takes the values that are set for it."""
        self._met[node.path] = node.task.name
        goes_on = self._begins(node) or not self._performed.isdisjoint(needs_of(node))
        taken = None if goes_on or node.supplied is not None else self._taken(node)
        if taken is not None:
            return taken
        self._performed.add(node.id)
        self._paths[node.path] = None
        self._tasks.add(node.task.name)
        return self._with_values(node, give)

    def problems(self) -> list[Problem]:
        """What the trace, which has come to its end, has not met."""
        paths = list(self._met)
        found = []
        if not any(self._is(path, self._path) for path in paths):
            found.append(
                Problem(f"the pipeline has no call {self._path!r} any more; its calls are {listed(paths)}")
            )
        for path, values in self._values.items():
            if path not in self._set:
                flags = ", ".join(f"--set {path}.{name}" for name in values)
                found.append(Problem(f"{flags}: {self._not_performed(path)}"))
        for flag, tasks in self._overrides.flags():
            if tasks and self._tasks.isdisjoint(tasks):
                taken = listed([path for path, task in self._met.items() if task in tasks])
                found.append(Problem(f"{flag}: {self._taken_then(taken)}"))
        return found

    def _not_performed(self, path: str) -> str:
        if path in self._met:
            return self._taken_then(path)
        return f"the pipeline has no call {path!r} any more; its calls are {listed(list(self._met))}"

    def _taken_then(self, paths: str) -> str:
        again = listed(list(self._paths))
        return f"{paths} is taken as it was in run {self._run}; what is performed again is {again}"

    def _begins(self, node: Node) -> bool:
        return self._is(node.path, self._path)

    def _is(self, path: str, wanted: str) -> bool:
        """Whether the call at this path is the wanted one, one of the wanted map, or the map that has it."""
        return wanted in names_of_path(path) or (path not in self._recorded and path in names_of_path(wanted))

    def _taken(self, node: Node) -> Node | None:
        """The node with what it gave in the earlier run; None where it gave nothing, or not the same kind."""
        if isinstance(node, Call):
            supplied = self._supplied(node, self._recorded.get(node.path))
            return None if supplied is None else replace(node, arguments=(), supplied=supplied)
        each: list[Supplied] = []
        for number in count():
            call = self._recorded.get(f"{node.path}[{number}]")
            if call is None:
                return replace(node, over=(), arguments=(), each=tuple(each)) if each else None
            supplied = self._supplied(node, call)
            if supplied is None:
                return None
            each.append(supplied)
        return None

    def _supplied(self, node: Node, call: CallRecord | None) -> Supplied | None:
        if call is None or call.artifact is None or call.outputs != (node.task.elements or ()):
            return None
        maker = call.made_by or (self._run, call.path)
        return taken_from(self._run, call, maker)

    def _with_values(self, node: Node, give: Give) -> Node:
        values = self._values.get(node.path)
        if not values:
            return node
        self._set.add(node.path)
        known = dict(node.arguments)
        for name, value in values.items():
            given, before = give(value), known.get(name)
            if isinstance(before, Narrowed) and isinstance(given, Given):
                given = Narrowed(given, before.columns, before.parameter)
            known[name] = given
        order = [name for name, _ in node.task.parameters if name in known]
        return replace(node, arguments=tuple((name, known[name]) for name in order))
