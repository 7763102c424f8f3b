"""A call of an earlier run as commands take it: which one, its task as the code of today has it, the
values that are set for it; and commands run with the code of then.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cuvee.authoring.arguments import argument_problems
from cuvee.authoring.runnable import Runnable
from cuvee.authoring.task import Task
from cuvee.cli.output import Output
from cuvee.cli.program import VARIABLE as CALLED
from cuvee.cli.program import program
from cuvee.cli.records import store_flag
from cuvee.cli.standing import VARIABLE, standing
from cuvee.cli.values import parse_text, resolved
from cuvee.codecs.text import text_of
from cuvee.errors import CheckError, ParameterError, TargetError
from cuvee.fingerprint.settings import settings_files
from cuvee.model.key import Ledger
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.past_data import restore_data
from cuvee.operations.past_source import past_source
from cuvee.operations.references import call_of, calls_of_map, find_call, find_run, run_and_path
from cuvee.operations.session import Session
from cuvee.perform.imports import watching_imports
from cuvee.project.importing import import_file
from cuvee.project.target import load_stand_in, load_target

_PROJECT = "CUVEE_RESTORED_PROJECT"
"""Has the project whose earlier source a command goes on in."""

CODE_HELP = "With the code of today (the default), or with that of the run, from its snapshot."
SET_HELP = "Another value for a parameter of the task; @12:clean is what another call gave."


def named_call(session: Session, run: str, path: str | None) -> tuple[RunRecord, CallRecord]:
    """The call that `RUN PATH`, `RUN:PATH` or a tag names, and its run. Raises ReferenceNotFound."""
    queries = session.queries
    if path is None:
        return find_call(queries, run)
    record = find_run(queries, run)
    return record, call_of(queries, record, path)


def named_path(session: Session, run: str, path: str | None) -> tuple[RunRecord, str]:
    """The run, and the path of a call or of a map of it. Raises ReferenceNotFound."""
    queries = session.queries
    record, path = run_and_path(queries, run) if path is None else (find_run(queries, run), path)
    if not calls_of_map(queries, record, path):
        call_of(queries, record, path)
    return record, path


def task_of(session: Session, run: RunRecord, call: CallRecord, command: str) -> Task[..., Any]:
    """The task that a call was of; `command` is told of in what to do without it.

    Modules that had set something of a library that the task uses are imported, too: what they set then
    is set again, as today's source has it. Raises TargetError where there is no task of that name any more,
    or a module cannot be imported.
    """
    ledger = _code_of(session, call)
    file, name = _file_of(ledger, call), call.task.rpartition(":")[2]
    place = file or call.task.partition(":")[0]
    with watching_imports(session.root, session.home):
        for setter in settings_files(ledger):
            if (session.root / setter).is_file():
                import_file(session.root / setter)
    try:
        with watching_imports(session.root, session.home):
            target = load_target(f"{place}:{name}", session.root, again=lambda text: text)
    except TargetError as error:
        words = f"{command} {run.number} {call.path} --code run{store_flag(session.home)}"
        then = f"`{program()} {words}` takes the code of the run"
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
        known = ", ".join(parameters) or "none"
        if not equals:
            raise ParameterError(
                f"--set {text}: write it as NAME=VALUE; the parameters of {task.short_name} are {known}"
            )
        if name not in parameters:
            raise ParameterError(f"--set {text}: {task.short_name} has no parameter {name!r}; it has {known}")
        parameter = parameters[name]
        try:
            parsed = parse_text(value, parameter.annotation, parameter.default, standing())
        except ParameterError as error:
            raise ParameterError(f"--set {text}: {error}") from None
        given[name] = resolved(parsed, load)
    return given


def check_values(task: Task[..., Any], values: Mapping[str, Any]) -> None:
    """Raise CheckError for a value that the task's annotation does not take."""
    problems = [
        problem
        for name, value in values.items()
        for problem in argument_problems(
            task.signature.parameter(name), value, task.short_name, text_of, None
        )
    ]
    if problems:
        raise CheckError(problems)


def runnable_of(session: Session, run: RunRecord) -> Runnable[..., Any]:
    """What was run, as the source here has it. Raises TargetError."""
    module, _, name = run.start.pipeline.rpartition(":")
    file = run.start.target.partition(":")[0]
    place = file if file.endswith(".py") and (session.root / file).is_file() else module
    with _told_what_was_left_out(), watching_imports(session.root, session.home):
        found: Runnable[..., Any] = load_target(f"{place}:{name}", session.root).object
    return found


@contextmanager
def _told_what_was_left_out() -> Iterator[None]:
    """Of a module that only the project of today has, say that it was not kept with the run's source."""
    try:
        yield
    except TargetError as error:
        project, cause = os.environ.get(_PROJECT), error.__cause__
        name = cause.name if isinstance(cause, ModuleNotFoundError) else None
        if not (project and name and any(Path(project).glob(f"{name.partition('.')[0]}*"))):
            raise
        raise TargetError(
            f"the run imported {name!r}, which was not kept with its source: git ignores it, or it seemed to "
            f"hold a secret. {project} has it today: to take the source there, give reproduce --here, and "
            "other commands no --code run"
        ) from error


def function_of(session: Session, name: str) -> Any:
    """The function of a name such as `module:name`, as the source here has it. Raises TargetError."""
    with watching_imports(session.root, session.home):
        return load_stand_in(name, session.root)


def run_in_past(
    output: Output,
    session: Session,
    run: RunRecord,
    words: Sequence[str],
    calls: Sequence[CallRecord] | None = None,
) -> int:
    """`cuvee WORDS` in the source of a run, with this store; its exit code.

    The files that these calls of it (None: all) used are there as they were. An interrupt is for the
    command that runs there: this one waits for its end.
    """
    with past_source(session, run) as folder:
        used = session.queries.calls(run.number) if calls is None else calls
        output.note(*(_changed_text(path, run) for path in restore_data(session, run, used, folder)))
        command = [sys.executable, "-m", "cuvee", *words, *(["--json"] if output.json else [])]
        paths = [str(folder), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "CUVEE_HOME": str(session.home),
            VARIABLE: str(standing()),
            CALLED: program(),
            _PROJECT: str(session.root),
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603
        finally:
            signal.signal(signal.SIGINT, before)


def _changed_text(path: str, run: RunRecord) -> str:
    return (
        f"warning: {path} is not what it was in run {run.number}: it has changed since, and was not kept; "
        "that of today is taken"
    )


def _code_of(session: Session, call: CallRecord) -> Ledger:
    code = next((component for component in call.components if component.kind == "code"), None)
    ledger = session.queries.ledger(code.digest) if code is not None else None
    if ledger is None:
        raise ParameterError(f"the code of {call.path} is not on record: it {call.status}")
    return ledger


def _file_of(ledger: Ledger, call: CallRecord) -> str:
    """The file that the task was in, from the project's root; "" where that is not on record."""
    name = call.task.replace(":", ".")
    return next((item.file for item in ledger.items if item.name == name), "")
