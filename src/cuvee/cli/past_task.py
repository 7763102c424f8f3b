"""A call of an earlier run as commands take it: which one, its task as the code of today has it, the
values that are set for it; and commands run with the code of then.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from cuvee.authoring.task import Task
from cuvee.cli.program import program
from cuvee.cli.values import parse_text, resolved
from cuvee.errors import ParameterError, TargetError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.past_source import past_source
from cuvee.operations.references import call_of, find_call, find_run
from cuvee.operations.session import Session
from cuvee.perform.imports import watching_imports
from cuvee.project.target import load_target

CODE_HELP = "With the code of today (the default), or with that of the run, from its snapshot."
SET_HELP = "Another value for a parameter of the task; @12:clean is what another call gave."


def named_call(session: Session, run: str, path: str | None) -> tuple[RunRecord, CallRecord]:
    """The call that `RUN PATH`, `RUN:PATH` or a tag names, and its run. Raises ReferenceNotFound."""
    queries = session.queries
    if path is None:
        return find_call(queries, run)
    record = find_run(queries, run)
    return record, call_of(queries, record, path)


def task_of(session: Session, run: RunRecord, call: CallRecord, command: str) -> Task[..., Any]:
    """The task that a call was of; `command` is told of in what to do without it.

    Raises TargetError where there is none of that name any more.
    """
    file, name = _file_of(session, call), call.task.rpartition(":")[2]
    place = file or call.task.partition(":")[0]
    try:
        with watching_imports(session.root, session.home):
            target = load_target(f"{place}:{name}", session.root, again=lambda text: text)
    except TargetError as error:
        then = f"`{program()} {command} {run.number} {call.path} --code run` takes the code of the run"
        raise TargetError(
            f"the task of {call.path} in run {run.number} is not there: {error}\n{then}"
        ) from None
    if not isinstance(target.object, Task):
        raise TargetError(f"{call.task} was a task in run {run.number}, and is a pipeline now")
    return target.object


def given_values(
    overrides: Sequence[str], task: Task[..., Any], load: Callable[[str], Any]
) -> dict[str, Any]:
    """The values that `--set NAME=VALUE` says, by parameter. Raises ParameterError."""
    parameters = {parameter.name: parameter for parameter in task.signature.parameters}
    given = {}
    for text in overrides:
        slot, equals, value = text.partition("=")
        name = slot.strip().removeprefix(f"{task.short_name}.")
        if not equals or name not in parameters:
            known = ", ".join(parameters) or "none"
            raise ParameterError(
                f"--set {text}: write it as NAME=VALUE; the parameters of {task.short_name} are {known}"
            )
        parameter = parameters[name]
        try:
            parsed = parse_text(value, parameter.annotation, parameter.default)
        except ParameterError as error:
            raise ParameterError(f"--set {text}: {error}") from None
        given[name] = resolved(parsed, load)
    return given


def run_in_past(session: Session, run: RunRecord, words: Sequence[str], *, json: bool = False) -> int:
    """`cuvee WORDS` in the source of a run, with this store; its exit code.

    An interrupt is for the command that runs there: this one waits for its end.
    """
    with past_source(session, run) as folder:
        command = [sys.executable, "-m", "cuvee", *words, *(["--json"] if json else [])]
        paths = [str(folder), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "CUVEE_HOME": str(session.home),
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603
        finally:
            signal.signal(signal.SIGINT, before)


def _file_of(session: Session, call: CallRecord) -> str:
    """The file that the task was in, from the project's root; "" where that is not on record."""
    code = next((component for component in call.components if component.kind == "code"), None)
    ledger = session.queries.ledger(code.digest) if code is not None else None
    if ledger is None:
        raise ParameterError(f"the code of {call.path} is not on record: it {call.status}")
    name = call.task.replace(":", ".")
    return next((item.file for item in ledger.items if item.name == name), "")
