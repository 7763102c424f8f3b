"""`cuvee rerun RUN PATH`: one call of an earlier run again."""

from __future__ import annotations

from pathlib import Path

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import CODE_HELP, SET_HELP, given_values, named_call, run_in_past, task_of
from cuvee.cli.progress import watching
from cuvee.cli.records import open_records
from cuvee.cli.run import EXIT_CODES, Shown, tell_run
from cuvee.cli.swapping import stand_in_from
from cuvee.errors import ParameterError
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.rerun import check_performed, rerun

_SWAP_HELP = (
    "Another function in the place of the task (boosting.py:train), or an earlier version of it (@9)."
)


@click.command("rerun", short_help=COMMANDS["rerun"], params=[json_option(), *setting_options("store")])
@click.argument("run")
@click.argument("path", required=False)
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help=SET_HELP)
@click.option("--swap", metavar="WHAT", help=_SWAP_HELP)
@click.option("--code", type=click.Choice(["today", "run"]), default="today", help=CODE_HELP)
@click.pass_obj
def command(
    output: Output,
    run: str,
    path: str | None,
    overrides: tuple[str, ...],
    swap: str | None,
    code: str,
    store: str | None,
) -> int:
    """One call of an earlier run once more, alone, on what it was given then.

    \b
      cuvee rerun 12 train
      cuvee rerun 12 train --set max_depth=12
      cuvee rerun 12 train --swap boosting.py:train
      cuvee rerun @last evaluate --code run

    It is a run of its own, with a record. What another call gave comes from the store, so nothing
    else runs; and where code and inputs are as they were, the call is reused as ever.
    """
    with open_records(store) as session:
        record, call = named_call(session, run, path)
        check_performed(record, call)
        if code == "run" and swap is not None:
            raise ParameterError("--swap says which code runs, and so does --code run: give one of them")
        if code == "run":
            words = ["rerun", str(record.number), call.path, *(f"--set={text}" for text in overrides)]
            return run_in_past(session, record, words, json=output.json)
        task = task_of(session, record, call, "rerun")
        loaded = LoadedValues(session)
        given = given_values(overrides, task, loaded.load)
        swaps = {task.name: stand_in_from(swap, session, Path.cwd())} if swap else None
        with watching(output) as watcher:
            done = rerun(session, (record, call), task, given, loaded, observe=watcher, swaps=swaps)
        tell_run(output, session, Shown(done, watcher.told_calls))
    return EXIT_CODES[done.status]
