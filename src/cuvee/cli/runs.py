"""`cuvee runs`: the runs on record, newest first, or those that are asked for."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records, store_flag, this_machine
from cuvee.cli.runs_page import chosen_lines, metric_order, runs_lines
from cuvee.cli.summary import Page
from cuvee.errors import ParameterError, ReferenceNotFound
from cuvee.model.record import RunRecord
from cuvee.operations.json_values import number
from cuvee.operations.liveness import live_status
from cuvee.operations.report import Json, line_report
from cuvee.operations.select import Field, field, select
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact

_LIMIT = 20
_WHERE = "Only runs of which this is true: 'metric.rmse < 0.7 and param.max_depth = 8'."
_ALL = "With the mixtures of runs that `cuvee attribute` has made."
_SORT = "Sort by this, the smallest first; -metric.rmse: the largest first."
_COLUMNS = "Show these and nothing else, separated by commas: param.max_depth,metric.rmse,age."


@click.command("runs", short_help=COMMANDS["runs"], params=[json_option(), *setting_options("store")])
@click.option(
    "--limit", type=click.IntRange(min=1), default=_LIMIT, show_default=True, help="How many to show."
)
@click.option("--where", metavar="CONDITION", default="", help=_WHERE)
@click.option("--sort", metavar="FIELD", default="", help=_SORT)
@click.option("--columns", metavar="FIELDS", default="", help=_COLUMNS)
@click.option("--all", "mixtures", is_flag=True, help=_ALL)
@click.pass_obj
def command(
    output: Output, limit: int, where: str, sort: str, columns: str, mixtures: bool, store: str | None
) -> None:
    """The runs on record, newest first: when, what, with which parameters and metrics, time spent and saved.

    \b
    cuvee runs --where 'metric.rmse < 0.7 and param.max_depth = 8' --sort metric.rmse
    cuvee runs --where 'status = failed and age < 7d' --columns run,age,note

    A field is metric.NAME, param.NAME, run, pipeline, status, seconds, saved, age, tag, note or
    commit. It is compared by = != < <= > >= or ~ (has in it); comparisons are joined by and, or, not
    and brackets. A run that lacks a field is never equal, unequal, less or more.

    `cuvee show RUN` tells all of one.
    """
    try:
        with open_records(store) as session:
            _tell(session, output, limit, where, sort, columns, mixtures=mixtures)
    except ReferenceNotFound as nothing:
        if output.json:
            output.object({"runs": []})
        else:
            output.lines(str(nothing))


def _tell(
    session: Session, output: Output, limit: int, where: str, sort: str, columns: str, *, mixtures: bool
) -> None:
    now = session.clock.now()
    asked = bool(where or sort or columns)
    known = session.queries.runs(limit=None if asked else limit + 1, mixtures=mixtures)
    found = select(known, where, sort, now)
    fields = [(name, field(name, known, now)) for name in _names(columns)]
    machine = this_machine(session.boot)
    listed = [(run, live_status(run, machine)) for run in found[:limit]]
    if output.json:
        output.object({"runs": [_report(session, run, status, fields) for run, status in listed]})
        return
    page = Page(output.width, output.paint, store_flag(session.home))
    more = len(found) > limit
    if where and not found:
        output.lines(f"None of {len(known)} runs is so.")
    elif fields:
        output.lines(*chosen_lines([run for run, _ in listed], fields, page, more=more))
    else:
        leading = _leading(session, [run for run, _ in listed])
        output.lines(*runs_lines(listed, now, page, more=more, leading=leading))


def _report(session: Session, run: RunRecord, status: str, fields: Sequence[tuple[str, Field]]) -> Json:
    report = line_report(run, status, lambda artifact: load_artifact(session, artifact))
    if fields:
        told = {name: _json(get(run)) for name, get in fields}
        report["columns"] = told | ({"run": run.number} if "run" in told else {})
    return report


def _json(values: Sequence[float | str]) -> float | str | None:
    """The value of a field as JSON has it; several as one text."""
    if len(values) > 1:
        return ", ".join(map(str, values))
    return next((value if isinstance(value, str) else number(value) for value in values), None)


def _names(columns: str) -> list[str]:
    """The fields that are asked for. Raises ParameterError for an empty one."""
    names = [name.strip() for name in columns.split(",")] if columns else []
    if "" in names:
        raise ParameterError(f"--columns {columns!r} names no field before or after a comma")
    return names


def _leading(session: Session, runs: Sequence[RunRecord]) -> list[str]:
    """The order of metrics in the newest run that has any."""
    newest = next((run for run in runs if run.metrics), None)
    return metric_order(session.queries.calls(newest.number)) if newest else []
