"""`cuvee debug RUN PATH`: the debugger in one call of an earlier run."""

from __future__ import annotations

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import CODE_HELP, SET_HELP, given_values, named_call, run_in_past, task_of
from cuvee.cli.records import open_records
from cuvee.cli.terminal import own_streams
from cuvee.codecs.text import text_of
from cuvee.model.order import Failure
from cuvee.operations.debug import Debugged, debug
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.past_call import past_call
from cuvee.operations.rerun import check_performed
from cuvee.operations.working_folder import working_folder
from cuvee.perform.debugger import check_debugger

_MODE_HELP = "Where the task raises, or at its first line (unless the call failed in that run)."


@click.command("debug", short_help=COMMANDS["debug"], params=setting_options("store"))
@click.argument("run")
@click.argument("path", required=False)
@click.option("--post-mortem/--first-line", "mortem", default=None, help=_MODE_HELP)
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help=SET_HELP)
@click.option("--code", type=click.Choice(["today", "run"]), default="today", help=CODE_HELP)
@click.pass_obj
def command(
    output: Output,
    run: str,
    path: str | None,
    mortem: bool | None,
    overrides: tuple[str, ...],
    code: str,
    store: str | None,
) -> int:
    """The debugger in one call of an earlier run, on what it was given then.

    \b
      cuvee debug 12 train
      cuvee debug @last evaluate --post-mortem
      cuvee debug 12 train --set max_depth=12 --code run

    It stands at the first line of the task; of a call that failed, where it raises. Nothing of it
    goes on record, whatever you do there. The debugger is pdb, or what PYTHONBREAKPOINT names.
    """
    check_debugger()
    with open_records(store) as session, working_folder("debug") as scratch:
        record, call = named_call(session, run, path)
        check_performed(record, call)
        stop = call.status != "failed" if mortem is None else not mortem
        if code == "run":
            mode = "--first-line" if stop else "--post-mortem"
            words = ["debug", str(record.number), call.path, mode, *(f"--set={text}" for text in overrides)]
            return run_in_past(output, session, record, words, [call])
        task = task_of(session, record, call, "debug")
        loaded = LoadedValues(session)
        given = given_values(overrides, task, loaded.load)
        past = past_call(session, (record, call), task, given, loaded, scratch)
        output.note(_opening(call.path, record.number, stop=stop))
        with own_streams():
            done = debug(past, task, stop=stop, tell=lambda failure: _tell(output, failure))
        output.lines(*_ending(done, task.short_name, record.number, failed=call.status == "failed"))
    return 0


def _opening(path: str, run: int, *, stop: bool) -> str:
    what = f"{path} of run {run}, on the inputs that it had; nothing of this goes on record."
    return f"{what} c goes on, q leaves." if stop else what


def _tell(output: Output, failure: Failure) -> None:
    output.note(
        failure.traceback.rstrip(),
        "The debugger opens at the last line of yours in it: d goes down from there, q leaves.",
    )


def _ending(done: Debugged, task: str, run: int, *, failed: bool) -> list[str]:
    if done.end != "value":
        return []
    before = f", as it did in run {run}" if failed else ""
    again = f" It has not failed{before}: what differs is the code, or what it asks of the world." * failed
    return [f"{task} gave {text_of(done.value)}.{again}"]
