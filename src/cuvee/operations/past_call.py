"""A past call: one call of an earlier run as an order, to be performed once more beside any run."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cuvee.authoring.task import Task
from cuvee.engine.keys import Keys, TaskPrint
from cuvee.engine.orders import order_of
from cuvee.engine.payloads import Payloads
from cuvee.engine.scheduler import Scheduler
from cuvee.errors import InternalError
from cuvee.model.artifact import Artifact
from cuvee.model.graph import Argument, Call
from cuvee.model.key import Key
from cuvee.model.order import WorkOrder
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.preparation import Preparation
from cuvee.operations.recorded_inputs import RecordedInputs
from cuvee.operations.session import Session


@dataclass(frozen=True, slots=True)
class PastCall:
    """What it takes to perform it: the order, and the key that it has with the code that was given."""

    prepared: Preparation
    order: WorkOrder
    key: Key
    prints: TaskPrint

    def values(self) -> dict[str, Any]:
        """The arguments by parameter, as the call gets them. Raises DamagedBlob, CannotDecode."""
        scratch = Path(self.order.scratch)
        return {name: self.prepared.load(payload, scratch) for name, payload in self.order.arguments}


def past_call(
    session: Session,
    original: tuple[RunRecord, CallRecord],
    task: Task[..., Any],
    given: Mapping[str, Any],
    loaded: LoadedValues,
    scratch: Path,
    *,
    settable: bool = True,
) -> PastCall:
    """A call on the inputs that are on record, but for those `given`; with its random numbers.

    Nothing of it is put on record. `settable`: another value can be given.

    Raises ParameterError for an input that is not to be had again,
    CheckError for one that the task does not take, DamagedBlob.
    """
    run, call = original
    inputs = RecordedInputs(session, run, call, loaded, settable=settable)
    loaded.hold()
    try:
        arguments = inputs.arguments(task, dict(given))
        prepared = Preparation(session, task, arguments, loaded=loaded, seed=inputs.seed(), reuse=False)
        node = _traced(prepared)
        return _ordered(prepared, node, call.path, scratch)
    finally:
        loaded.settle()


def _traced(prepared: Preparation) -> Call:
    tracer = prepared.tracer(_no_result)
    prepared.trace(tracer)
    prepared.finish(tracer)
    (node,) = tracer.nodes
    assert isinstance(node, Call)
    return node


def _ordered(prepared: Preparation, node: Call, path: str, scratch: Path) -> PastCall:
    def explode(artifact: Artifact) -> tuple[Artifact, ...]:
        return prepared.explode(artifact, scratch)

    def narrow(artifact: Artifact, names: tuple[Hashable, ...]) -> Artifact:
        return prepared.narrow(artifact, names, scratch)

    lower = Payloads(Scheduler(), explode, narrow).lower
    keys = Keys(prepared.scope, prepared.memo)
    key = keys.of_call(node, lower, str)
    order = order_of(node, key, keys, lower, str(scratch), path=path)
    return PastCall(prepared, order, key, keys.of_task(node.task))


def _no_result(argument: Argument) -> NoReturn:
    raise InternalError(f"{argument} was waited for, and one call alone waits for nothing")
