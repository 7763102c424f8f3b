"""The task of a call on record, as the code of today has it; and commands run with the code of then."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from cuvee.authoring.task import Task
from cuvee.errors import ParameterError, TargetError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.past_source import past_source
from cuvee.operations.session import Session
from cuvee.perform.imports import watching_imports
from cuvee.project.target import load_target


def task_of(session: Session, run: RunRecord, call: CallRecord) -> Task[..., Any]:
    """The task that a call was of. Raises TargetError where there is none of that name any more."""
    file, name = _file_of(session, call), call.task.rpartition(":")[2]
    place = file or call.task.partition(":")[0]
    try:
        with watching_imports(session.root, session.home):
            target = load_target(f"{place}:{name}", session.root, again=lambda text: text)
    except TargetError as error:
        then = f"`cuvee rerun {run.number} {call.path} --code run` takes the code of the run"
        raise TargetError(
            f"the task of {call.path} in run {run.number} is not there: {error}\n{then}"
        ) from None
    if not isinstance(target.object, Task):
        raise TargetError(f"{call.task} was a task in run {run.number}, and is a pipeline now")
    return target.object


def run_in_past(session: Session, run: RunRecord, words: Sequence[str], *, json: bool) -> int:
    """`cuvee WORDS` in the source of a run, with this store; its exit code."""
    with past_source(session, run) as folder:
        command = [sys.executable, "-m", "cuvee", *words, *(["--json"] if json else [])]
        paths = [str(folder), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "CUVEE_HOME": str(session.home),
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603


def _file_of(session: Session, call: CallRecord) -> str:
    """The file that the task was in, from the project's root; "" where that is not on record."""
    code = next((component for component in call.components if component.kind == "code"), None)
    ledger = session.queries.ledger(code.digest) if code is not None else None
    if ledger is None:
        raise ParameterError(f"the code of {call.path} is not on record: it {call.status}")
    name = call.task.replace(":", ".")
    return next((item.file for item in ledger.items if item.name == name), "")
