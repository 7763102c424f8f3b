"""`cuvee rerun RUN PATH`: one call of an earlier run again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.past_task import (
    CODE_HELP,
    check_values,
    function_of,
    given_values,
    named_call,
    named_path,
    run_in_past,
    runnable_of,
    task_of,
)
from cuvee.cli.progress import watching
from cuvee.cli.records import open_records
from cuvee.cli.run import EXIT_CODES, Shown, tell_run
from cuvee.cli.standing import standing
from cuvee.cli.swapping import stand_in_from
from cuvee.cli.values import value_parser
from cuvee.errors import ParameterError
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Override, parse_override
from cuvee.operations.past_overrides import past_overrides
from cuvee.operations.past_swaps import past_swaps
from cuvee.operations.references import calls_of_map
from cuvee.operations.rerun import check_performed, rerun, rerun_from
from cuvee.operations.session import Session

_DOWNSTREAM_HELP = "With all that follows from it; what other calls gave is taken from the run."
_SET_HELP = (
    "Another value for a parameter of the task; @12:clean is what another call gave. With --downstream "
    "PATH.NAME=VALUE for another call, too, or TASK.NAME=VALUE for all calls of a task."
)

_SWAP_HELP = (
    "Another function in the place of the task (boosting.py:train), or an earlier version of it (@9)."
)


@click.command("rerun", short_help=COMMANDS["rerun"], params=[json_option(), *setting_options("store")])
@click.argument("run")
@click.argument("path", required=False)
@click.option("--downstream", is_flag=True, help=_DOWNSTREAM_HELP)
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help=_SET_HELP)
@click.option("--swap", metavar="WHAT", help=_SWAP_HELP)
@click.option("--code", type=click.Choice(["today", "run"]), default="today", help=CODE_HELP)
@click.pass_obj
def command(
    output: Output,
    run: str,
    path: str | None,
    downstream: bool,
    overrides: tuple[str, ...],
    swap: str | None,
    code: str,
    store: str | None,
) -> int:
    """One call of an earlier run once more, alone or with all that follows, on what it was given then.

    \b
      cuvee rerun 12 train
      cuvee rerun 12 train --set max_depth=12
      cuvee rerun 12 train --swap boosting.py:train
      cuvee rerun @last evaluate --code run
      cuvee rerun 12 train --downstream --set max_depth=12

    It is a run of its own, with a record. What another call gave comes from the store, so nothing
    else runs; and where code and inputs are as they were, the call is reused as ever. With --downstream
    the pipeline runs from that call on: what follows from it is looked up or performed, and what every
    other call gave is taken from the run.
    """
    if code == "run" and swap is not None:
        raise ParameterError("--swap says which code runs, and so does --code run: give one of them")
    with open_records(store) as session:
        if downstream:
            return _from_there(output, session, (run, path), overrides, swap, code)
        record, call = named_call(session, run, path)
        check_performed(record, call)
        if code == "run":
            words = ["rerun", str(record.number), call.path, *(f"--set={text}" for text in overrides)]
            return run_in_past(output, session, record, words, [call])
        return _alone(output, session, (record, call), overrides, swap)


def _alone(
    output: Output,
    session: Session,
    original: tuple[RunRecord, CallRecord],
    overrides: tuple[str, ...],
    swap: str | None,
) -> int:
    """The call and nothing else."""
    task = task_of(session, *original, "rerun")
    loaded = LoadedValues(session)
    given = given_values(overrides, task, loaded.load)
    swaps = {task.name: stand_in_from(swap, session, Path.cwd())} if swap else None
    with watching(output) as watcher:
        done = rerun(session, original, task, given, loaded, observe=watcher, swaps=swaps)
    tell_run(output, session, Shown(done, watcher.told_calls))
    return EXIT_CODES[done.status]


def _from_there(
    output: Output,
    session: Session,
    named: tuple[str, str | None],
    overrides: tuple[str, ...],
    swap: str | None,
    code: str,
) -> int:
    """The pipeline from a call on."""
    record, path = named_path(session, *named)
    if code == "run":
        words = ["rerun", str(record.number), path, "--downstream", *(f"--set={text}" for text in overrides)]
        return run_in_past(output, session, record, words)
    loaded = LoadedValues(session)
    first = _first(session, record, path)
    values, others = _values(session, record, (path, first), overrides, loaded)
    swaps = {**past_swaps(session, record, partial(function_of, session))}
    if swap is not None:
        swaps[first.task] = stand_in_from(swap, session, Path.cwd())
    with watching(output) as watcher:
        done = rerun_from(
            session,
            (record, path),
            runnable_of(session, record),
            values,
            past_overrides(session, record, loaded, value_parser(loaded.load, standing()), others),
            loaded,
            observe=watcher,
            swaps=swaps,
        )
    tell_run(output, session, Shown(done, watcher.told_calls))
    return EXIT_CODES[done.status]


def _first(session: Session, record: RunRecord, path: str) -> CallRecord:
    """The call of that path, or the first of the map."""
    return session.queries.call(record.number, path) or calls_of_map(session.queries, record, path)[0]


def _values(
    session: Session,
    record: RunRecord,
    begins: tuple[str, CallRecord],
    overrides: tuple[str, ...],
    loaded: LoadedValues,
) -> tuple[dict[str, dict[str, Any]], list[Override]]:
    """What is set for single calls, by path; and what is set for all calls of a task."""
    path, first = begins
    calls = {call.path: call for call in session.queries.calls(record.number)}
    values: dict[str, dict[str, Any]] = {}
    others: list[Override] = []
    for text in overrides:
        slot, equals, value = text.partition("=")
        where, _, name = slot.strip().rpartition(".")
        if where in ("", path, first.task.rpartition(":")[2]):
            where, call = path, first
        elif where in calls:
            call = calls[where]
        else:
            others.append(parse_override(text))
            continue
        task = task_of(session, record, call, "rerun")
        given = given_values([f"{name}{equals}{value}"], task, loaded.load)
        check_values(task, given)
        values.setdefault(where, {}).update(given)
    return values, others
