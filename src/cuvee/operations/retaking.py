"""Retaking: a run that went on from an earlier one, once more.

What it took from there is taken from its own record, and what had been set for single calls of it, which
is on record with these calls alone, is set again.
"""

from __future__ import annotations

from msgspec.structs import replace

from cuvee.model.decision import ReasonCode
from cuvee.model.graph import Argument, Call, Given, Node, Supplied
from cuvee.model.problem import Problem
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.continuation import Give, taken_from
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.recorded_inputs import RecordedInputs
from cuvee.operations.session import Session


class Retaking:
    """Says of each node of a trace whether it is performed, as in that run, or taken, as there."""

    def __init__(self, session: Session, run: RunRecord, loaded: LoadedValues) -> None:
        self._session = session
        self._run = run
        self._loaded = loaded
        self._recorded = {call.path: call for call in session.queries.calls(run.number)}

    @property
    def any(self) -> bool:
        """Whether that run took anything."""
        return any(map(_is_taken, self._recorded.values()))

    def node(self, node: Node, give: Give) -> Node:
        """The node as it is to be carried out; `give` takes the values that are set for it."""
        if isinstance(node, Call):
            recorded = self._recorded.get(node.path)
            if recorded is not None and _is_taken(recorded):
                return replace(node, arguments=(), supplied=self._supplied(recorded))
            return node if recorded is None else self._with_values(node, recorded, give)
        elements = self._elements(node.path)
        if elements and all(map(_is_taken, elements)):
            each = tuple(map(self._supplied, elements))
            return replace(node, over=(), arguments=(), each=each)
        return self._with_values(node, elements[0], give) if elements else node

    def problems(self) -> list[Problem]:
        """None: calls that are there no more are told where the two runs are compared."""
        return []

    def _elements(self, path: str) -> list[CallRecord]:
        found: list[CallRecord] = []
        while (call := self._recorded.get(f"{path}[{len(found)}]")) is not None:
            found.append(call)
        return found

    def _supplied(self, call: CallRecord) -> Supplied:
        return taken_from(self._run.number, call, call.made_by)

    def _with_values(self, node: Node, call: CallRecord, give: Give) -> Node:
        inputs = RecordedInputs(self._session, self._run, call, self._loaded)

        def again(name: str, argument: Argument) -> Argument:
            component = inputs.component(name)
            if component is None or component.kind not in ("parameter", "file"):
                return argument
            digest = (argument.identity or argument.artifact.digest) if isinstance(argument, Given) else None
            return argument if digest == component.digest else give(inputs.value(name))

        return replace(node, arguments=tuple((name, again(name, each)) for name, each in node.arguments))


def _is_taken(call: CallRecord) -> bool:
    return call.reason_code == ReasonCode.TAKEN.value and call.artifact is not None
