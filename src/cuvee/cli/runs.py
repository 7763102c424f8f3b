"""`cuvee runs`: the runs on record, newest first."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.quantities import ago_text, date_text, number_text, seconds_text
from cuvee.cli.records import open_records, this_machine
from cuvee.cli.summary import STATUS_STYLES, Page, parameters_text, short_name
from cuvee.cli.table import Cell, Row, table_lines
from cuvee.errors import ReferenceNotFound
from cuvee.model.record import GitState, RunRecord
from cuvee.operations.liveness import live_status
from cuvee.operations.report import line_report
from cuvee.operations.values import load_artifact

_LIMIT = 20
_METRICS_SHOWN = 6
_WIDE_ENOUGH_FOR_DATES = 120


@click.command("runs", short_help=COMMANDS["runs"], params=[json_option(), *setting_options("store")])
@click.option(
    "--limit", type=click.IntRange(min=1), default=_LIMIT, show_default=True, help="How many to show."
)
@click.pass_obj
def command(output: Output, limit: int, store: str | None) -> None:
    """The runs on record, newest first: when, what, with which parameters and metrics, time spent and saved.

    `cuvee show RUN` tells all of one.
    """
    try:
        with open_records(store) as session:
            found = session.queries.runs(limit=limit + 1)
            machine = this_machine(session.boot)
            listed = [(run, live_status(run, machine)) for run in found[:limit]]
            if output.json:
                reports = [
                    line_report(run, status, lambda artifact: load_artifact(session, artifact))
                    for run, status in listed
                ]
                output.object({"runs": reports})
            else:
                page = Page(output.width, output.paint)
                output.lines(*runs_lines(listed, session.clock.now(), page, more=len(found) > limit))
    except ReferenceNotFound as nothing:
        if output.json:
            output.object({"runs": []})
        else:
            output.lines(str(nothing))


def runs_lines(
    listed: Sequence[tuple[RunRecord, str]], now: float, page: Page, *, more: bool = False
) -> list[str]:
    """A table of the runs; `more` says that there are older ones."""
    if not listed:
        return ["No run is on record yet: `cuvee run FILE` makes the first."]
    dated = page.width >= _WIDE_ENOUGH_FOR_DATES
    names = [
        "run",
        "when",
        *(["at"] if dated else []),
        "pipeline",
        "status",
        "time",
        "saved",
        "commit",
        "parameters, metrics",
    ]
    rows: list[Row] = [[Cell(name, "dim") for name in names]]
    rows += [_row(run, status, now, dated) for run, status in listed]
    lines = table_lines(rows, width=page.width, paint=page.paint, most_lines=0)
    if more:
        lines += ["", f"Older runs: cuvee runs --limit {2 * len(listed)}"]
    return lines


def commit_text(git: GitState | None) -> str:
    """`1a2b3c4`, or `1a2b3c4+` where files differed from the commit."""
    return f"{git.commit[:7]}{'+' if git.dirty else ''}" if git else ""


def _row(run: RunRecord, status: str, now: float, dated: bool) -> Row:
    start, end = run.start, run.end
    return [
        Cell(str(run.number), "bold"),
        Cell(ago_text(start.started, now)),
        *([Cell(date_text(start.started))] if dated else []),
        Cell(short_name(start.pipeline)),
        Cell(status, STATUS_STYLES[status]),
        Cell(seconds_text(end.seconds) if end else ""),
        Cell(seconds_text(end.saved_seconds) if end and end.saved_seconds else ""),
        Cell(commit_text(end.git if end else None), "dim"),
        Cell("\n".join(filter(None, [parameters_text(start.parameters), _metrics(run)]))),
    ]


def _metrics(run: RunRecord) -> str:
    shown = [f"{name} {number_text(value)}" for name, value in run.metrics[:_METRICS_SHOWN]]
    more = len(run.metrics) - len(shown)
    return " · ".join([*shown, *([f"{more} more"] if more > 0 else [])])
