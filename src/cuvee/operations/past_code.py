"""Past code: tasks as earlier runs had them, to stand in for those of today."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import msgspec

from cuvee.authoring.declared_parameters import MISSING
from cuvee.authoring.signature import Parameter, Signature
from cuvee.authoring.swapping import names_of_path
from cuvee.authoring.task import Task
from cuvee.codecs.travelling import travelled
from cuvee.errors import CannotDecode, InternalError, ReferenceNotFound, UsageError
from cuvee.model.artifact import Artifact
from cuvee.model.past import PastParameter, PastTask
from cuvee.model.record import CallRecord, RunRecord
from cuvee.model.swap import Swapped
from cuvee.operations.past_source import past_source
from cuvee.operations.references import find_run, listed

if TYPE_CHECKING:
    from cuvee.operations.session import Session
    from cuvee.ports.past import PastCode


class PastCodes:
    """The sources of earlier runs that one run takes tasks from: restored and loaded when first asked for.

    `sources` are the folders that they are in, by the runs' numbers, until `close`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stack = ExitStack()
        self._codes: dict[int, PastCode] = {}
        self.sources: dict[int, Path] = {}

    def task(self, run: RunRecord, name: str) -> Task[Any, Any]:
        """The task that calls of that name or path were of, as that run had it.

        Raises ReferenceNotFound where there was none, or its source was not kept; TargetError where it
        cannot be loaded; UsageError where its parameters cannot be had here.
        """
        call = self._call(run, name)
        earlier = next(
            (each for each in run.start.swaps if each.kind == "version" and is_for(each, call)), None
        )
        if earlier is not None:
            return self.task(find_run(self._session.queries, earlier.text), name)
        module, _, qualname = call.task.rpartition(":")
        described = self._code(run).describe(self._file(call), module, qualname)
        return _task_of(msgspec.structs.replace(described, run=run.number, name=call.task))

    def fitted(self, run: int, artifact: Artifact) -> Artifact:
        """The artifact as it is with the classes that run had. Raises CannotDecode."""
        return self._codes[run].fitted(artifact)

    def close(self) -> None:
        """Give all of it back. Idempotent."""
        self._stack.close()

    def _code(self, run: RunRecord) -> PastCode:
        code = self._codes.get(run.number)
        if code is None:
            folder = self.sources[run.number] = self._stack.enter_context(past_source(self._session, run))
            code = self._codes[run.number] = self._session.start_past(run.number, folder)
            self._stack.callback(code.close)
        return code

    def _call(self, run: RunRecord, name: str) -> CallRecord:
        calls = self._session.queries.calls(run.number)
        named = [call for call in calls if _has_name(name, call)]
        found = next((call for call in named if call.components), None)
        if found is not None:
            return found
        if named:
            raise ReferenceNotFound(
                f"run {run.number} has no version of {name}: {named[0].path} was {_became(named[0])}"
            )
        tasks = sorted({call.task.rpartition(":")[2] for call in calls})
        raise ReferenceNotFound(f"run {run.number} calls no task {name!r}; its tasks are {listed(tasks)}")

    def _file(self, call: CallRecord) -> str:
        """The file that the task was in, from the project's root; "" where that is not on record."""
        code = next((part for part in call.components if part.kind == "code"), None)
        ledger = self._session.queries.ledger(code.digest) if code is not None else None
        name = call.task.replace(":", ".")
        return next((item.file for item in ledger.items if item.name == name), "") if ledger else ""


def is_for(swap: Swapped, call: CallRecord) -> bool:
    """Whether what was swapped under that name stood in for the call."""
    return _has_name(swap.name, call)


def _has_name(name: str, call: CallRecord) -> bool:
    short = call.path.rpartition("/")[2].partition("[")[0].partition("#")[0]
    return name in (*names_of_path(call.path), call.task, call.task.rpartition(":")[2], short)


def _became(call: CallRecord) -> str:
    return call.reason if call.decision == "given" else call.status


def _task_of(past: PastTask) -> Task[Any, Any]:
    """A task that stands for one that only another process has."""
    cache, seed, policy = _value(past.options, f"the options of {past.name}") or (None, None, None)
    task: Task[Any, Any] = Task(_function_named(past), cache=cache, seed=seed, policy=policy)
    parameters = tuple(_parameter(each, past) for each in past.parameters)
    task.signature = Signature.of(task.function, parameters, _annotation(past.returns))
    task.__dict__["name"] = past.name
    task.past = past
    return task


def _function_named(past: PastTask) -> FunctionType:
    def absent(*_args: Any, **_named: Any) -> Any:
        raise InternalError(f"{past.name} of run {past.run} was to be performed where it is not loaded")

    absent.__module__, absent.__qualname__ = past.module, past.qualname
    absent.__name__ = past.qualname.rpartition(".")[2]
    absent.__doc__ = None
    assert isinstance(absent, FunctionType)
    return absent


def _parameter(told: PastParameter, past: PastTask) -> Parameter:
    where = f"the default of {told.name} of {past.name} in run {past.run}"
    default = MISSING if told.required else _value(told.default, where)
    return Parameter(told.name, told.kind, _annotation(told.annotation), default)


def _annotation(data: bytes | None) -> Any:
    """An annotation, or Any for one that means nothing here: the value is checked where it is made."""
    if data is None:
        return Any
    try:
        return travelled(data)
    except CannotDecode:
        return Any


def _value(data: bytes | None, what: str) -> Any:
    """A value that came from there. Raises UsageError for one that cannot be had here."""
    if data is None:
        raise UsageError(f"{what} cannot be taken out of its process")
    try:
        return travelled(data)
    except CannotDecode as error:
        raise UsageError(f"{what} cannot be had here: {error}") from error
