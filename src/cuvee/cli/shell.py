"""`cuvee shell RUN PATH`: a Python with what a call was given, and what it gave."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from cuvee.api.run import Run
from cuvee.authoring.task import Task
from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import CODE_HELP, named_call, run_in_past, task_of
from cuvee.cli.records import open_records
from cuvee.cli.table import Cell, Row, table_lines
from cuvee.cli.terminal import own_streams
from cuvee.codecs.text import text_of
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.past_values import PastValues, past_values
from cuvee.operations.rerun import check_performed
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact
from cuvee.operations.working_folder import working_folder

_OWN = ("output", "task", "run")


@click.command("shell", short_help=COMMANDS["shell"], params=setting_options("store"))
@click.argument("run")
@click.argument("path", required=False)
@click.option("--code", type=click.Choice(["today", "run"]), default="today", help=CODE_HELP)
@click.pass_obj
def command(output: Output, run: str, path: str | None, code: str, store: str | None) -> int:
    """A Python with what one call was given, and what it gave.

    \b
      cuvee shell 12 train

    Each input is a variable, by its parameter's name; `output` is what the call gave, `task` its task
    and `run` the run. They are copies: whatever you do with them, what is on record stays. It is IPython
    where that is installed.
    """
    with open_records(store) as session, working_folder("shell") as scratch:
        record, call = named_call(session, run, path)
        check_performed(record, call)
        if code == "run":
            return run_in_past(output, session, record, ["shell", str(record.number), call.path], [call])
        task = task_of(session, record, call, "shell")
        values = past_values(session, (record, call), task, scratch)
        names = _names(session, record, call, task, values)
        output.lines(*_opening(output, record, call, values, names))
        with own_streams():
            _interact(names)
    return 0


def _names(
    session: Session, run: RunRecord, call: CallRecord, task: Task[..., Any], values: PastValues
) -> dict[str, Any]:
    """The variables. A parameter that is called as one of ours comes first."""
    own: dict[str, Any] = {"task": task, "run": Run(session, run)}
    if call.artifact is not None:
        try:
            own["output"] = load_artifact(session, call.artifact)
        except (CannotDecode, DamagedBlob) as error:
            values.missing["output"] = str(error)
    return own | values.found


def _opening(
    output: Output, run: RunRecord, call: CallRecord, values: PastValues, names: Mapping[str, Any]
) -> list[str]:
    """What there is, a line each."""

    def row(name: str, text: str, style: str = "") -> Row:
        return [Cell(name, "bold"), Cell(text, style)]

    rows = [row(name, text_of(value)) for name, value in values.found.items()]
    about = {
        "output": "what it gave" if call.artifact else "",
        "task": "its task: task(…) is the plain function",
        "run": f"run {run.number}: run.calls, run.metrics, run.parameters",
    }
    for name in _OWN:
        if name in names and name not in values.found:
            text = text_of(names[name]) if name == "output" else ""
            rows.append(row(name, ", ".join(filter(None, (text, about[name])))))
    lines = [f"{call.path} of run {run.number}: {call.status}. There is", ""]
    lines += table_lines(rows, width=output.width, paint=output.paint)
    for name, why in values.missing.items():
        lines += ["", f"There is no {name}: {why}"]
    return [*lines, ""]


def _interact(names: dict[str, Any]) -> None:
    if sys.stdin.isatty() and (start := _ipython()):
        start(argv=["--no-banner", "--no-confirm-exit"], user_ns=names)
        return
    import code

    _complete(names)
    code.interact(banner="", local=names, exitmsg="")


def _ipython() -> Any:
    try:
        from IPython import start_ipython
    except ImportError:
        return None
    return start_ipython


def _complete(names: dict[str, Any]) -> None:
    """Tab completes, as in Python's own prompt."""
    try:
        import readline
        import rlcompleter
    except ImportError:  # some builds have none
        return
    readline.set_completer(rlcompleter.Completer(names).complete)
    readline.parse_and_bind("tab: complete")
