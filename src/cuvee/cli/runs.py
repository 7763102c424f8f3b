"""`cuvee runs`: the runs on record, newest first."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records, store_flag, this_machine
from cuvee.cli.runs_page import metric_order, runs_lines
from cuvee.cli.summary import Page
from cuvee.errors import ReferenceNotFound
from cuvee.model.record import RunRecord
from cuvee.operations.liveness import live_status
from cuvee.operations.report import line_report
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact

_LIMIT = 20


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
                page = Page(output.width, output.paint, store_flag(session.home))
                leading = _leading(session, [run for run, _ in listed])
                lines = runs_lines(
                    listed, session.clock.now(), page, more=len(found) > limit, leading=leading
                )
                output.lines(*lines)
    except ReferenceNotFound as nothing:
        if output.json:
            output.object({"runs": []})
        else:
            output.lines(str(nothing))


def _leading(session: Session, runs: Sequence[RunRecord]) -> list[str]:
    """The order of metrics in the newest run that has any."""
    newest = next((run for run in runs if run.metrics), None)
    return metric_order(session.queries.calls(newest.number)) if newest else []
