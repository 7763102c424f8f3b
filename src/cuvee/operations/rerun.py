"""Rerun: one call of an earlier run once more, on what it was given then."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, signature
from types import FunctionType
from typing import Any

from cuvee.authoring.runnable import Runnable
from cuvee.authoring.task import Task
from cuvee.errors import ParameterError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.continuation import Continuation
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Overrides
from cuvee.operations.recorded_inputs import RecordedInputs
from cuvee.operations.reproduce import run_arguments
from cuvee.operations.run import ignore, run
from cuvee.operations.session import Session
from cuvee.operations.swaps import OfRun
from cuvee.ports.observer import Observer


def rerun(
    session: Session,
    original: tuple[RunRecord, CallRecord],
    task: Task[..., Any],
    given: Mapping[str, Any],
    loaded: LoadedValues,
    *,
    observe: Observer = ignore,
    swaps: Mapping[str, Any] | None = None,
) -> RunRecord:
    """Run the task of a call on the inputs that are on record, but for those `given`; a run of its own.

    `swaps` say what stands in for the task. A parameter that it does not have is left out, where the call
    was given the task's default for it.

    Raises ParameterError for an input that is not to be had again, and what `run` raises.
    """
    then, call = original
    check_performed(then, call)
    inputs = RecordedInputs(session, then, call, loaded)
    loaded.hold()
    return run(
        session,
        task,
        inputs.arguments(task, dict(given), _spare(inputs, task, (swaps or {}).get(task.name))),
        target=task.name,
        loaded=loaded,
        observe=observe,
        seed=inputs.seed(),
        swaps=swaps,
    )


def _spare(inputs: RecordedInputs, task: Task[..., Any], stand_in: Any) -> set[str]:
    """The parameters that what stands in does not have, and that nobody gave: they are at their defaults."""
    known = _parameters_of(stand_in, task)
    if known is None:
        return set()
    return {name for name in inputs.names() if name not in known and inputs.is_default(name, task)}


def _parameters_of(stand_in: Any, task: Task[..., Any]) -> set[str] | None:
    """The names of its parameters; None where it takes any, or is no function."""
    if isinstance(stand_in, OfRun):
        calls = stand_in.session.queries.calls(stand_in.run.number)
        return {part.name for call in calls if call.task == task.name for part in call.components}
    function = stand_in.function if isinstance(stand_in, Task) else stand_in
    if not isinstance(function, FunctionType):
        return None
    parameters = signature(function).parameters.values()
    if any(each.kind is Parameter.VAR_KEYWORD for each in parameters):
        return None
    return {each.name for each in parameters}


def rerun_from(
    session: Session,
    original: tuple[RunRecord, str],
    runnable: Runnable[..., Any],
    values: Mapping[str, Mapping[str, Any]],
    overrides: Overrides,
    loaded: LoadedValues,
    *,
    observe: Observer = ignore,
    swaps: Mapping[str, Any] | None = None,
) -> RunRecord:
    """Run what an earlier run ran, from the call at a path on: that, and all that follows from it.

    What others gave is taken from the records. `values` are set for calls, by path and parameter. Raises
    as `rerun`.
    """
    then, path = original
    return run(
        session,
        runnable,
        run_arguments(session, then, loaded),
        target=then.start.target,
        overrides=overrides,
        loaded=loaded,
        observe=observe,
        seed=then.start.seed,
        swaps=swaps,
        continuation=Continuation(session, then, path, values, overrides),
    )


def check_performed(run: RunRecord, call: CallRecord) -> None:
    """Raise ParameterError for a call that was never given its inputs."""
    if call.decision == "given":
        raise ParameterError(
            f"{call.path} of run {run.number} was {call.reason}: it was given no inputs to run on again"
        )
    if not call.components:
        raise ParameterError(
            f"{call.path} of run {run.number} was {call.status}, so it has no inputs to run on again: "
            f"see `cuvee show {run.number} {call.path}`"
        )
