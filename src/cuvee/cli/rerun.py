"""`cuvee rerun RUN PATH`: one call of an earlier run again."""

from __future__ import annotations

from typing import Any

import click

from cuvee.authoring.task import Task
from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import run_in_past, task_of
from cuvee.cli.progress import watching
from cuvee.cli.records import open_records
from cuvee.cli.run import EXIT_CODES, Shown, tell_run
from cuvee.cli.values import parse_text, resolved
from cuvee.errors import ParameterError
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.references import call_of, find_run
from cuvee.operations.rerun import check_performed, rerun

_CODE_HELP = "With the code of today (the default), or with that of the run, from its snapshot."
_SET_HELP = "Another value for a parameter of the task; @12:clean is what another call gave."


@click.command("rerun", short_help=COMMANDS["rerun"], params=[json_option(), *setting_options("store")])
@click.argument("run")
@click.argument("path")
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help=_SET_HELP)
@click.option("--code", type=click.Choice(["today", "run"]), default="today", help=_CODE_HELP)
@click.pass_obj
def command(
    output: Output, run: str, path: str, overrides: tuple[str, ...], code: str, store: str | None
) -> int:
    """One call of an earlier run once more, alone, on what it was given then.

    \b
      cuvee rerun 12 train
      cuvee rerun 12 train --set max_depth=12
      cuvee rerun @last evaluate --code run

    It is a run of its own, with a record. What another call gave comes from the store, so nothing
    else runs; and where code and inputs are as they were, the call is reused as ever.
    """
    with open_records(store) as session:
        record = find_run(session.queries, run)
        call = call_of(session.queries, record, path)
        check_performed(record, call)
        if code == "run":
            words = ["rerun", str(record.number), call.path, *(f"--set={text}" for text in overrides)]
            return run_in_past(session, record, words, json=output.json)
        task = task_of(session, record, call)
        loaded = LoadedValues(session)
        given = _given(overrides, task, loaded)
        with watching(output) as watcher:
            done = rerun(session, (record, call), task, given, loaded, observe=watcher)
        tell_run(output, session, Shown(done, watcher.told_calls))
    return EXIT_CODES[done.status]


def _given(overrides: tuple[str, ...], task: Task[..., Any], loaded: LoadedValues) -> dict[str, Any]:
    """The values that were set, by parameter. Raises ParameterError."""
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
        given[name] = resolved(parsed, loaded.load)
    return given
