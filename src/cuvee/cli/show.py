"""`cuvee show RUN [PATH]`: one run, or one call of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from cuvee.cli.call_page import call_lines, log_lines
from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records, store_flag, this_machine
from cuvee.cli.run_page import run_lines
from cuvee.cli.summary import Page
from cuvee.model.key import Ledger
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.liveness import live_status
from cuvee.operations.references import call_of, find_call, find_run, names_call
from cuvee.operations.report import Json, detail_report, log_report, run_report
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact


@click.command("show", short_help=COMMANDS["show"], params=[json_option(), *setting_options("store")])
@click.argument("run")
@click.argument("path", required=False)
@click.option("--logs", is_flag=True, help="With what the calls printed.")
@click.pass_obj
def command(output: Output, run: str, path: str | None, logs: bool, store: str | None) -> None:
    """One run: what it was given, what its calls came to and why, metrics, results.

    With PATH, one call of it.

    \b
    RUN   12, @last, @last~1, @best:rmse:min
    PATH  a call of it: train, features/clean, score[3]
    """
    with open_records(store) as session:
        if path is None and names_call(run):
            _show_call(session, output, *find_call(session.queries, run))
            return
        record = find_run(session.queries, run)
        if path is None:
            _show_run(session, output, record, logs)
        else:
            _show_call(session, output, record, call_of(session.queries, record, path))


def _show_run(session: Session, output: Output, run: RunRecord, logs: bool) -> None:
    calls = session.queries.calls(run.number)
    status = live_status(run, this_machine(session.boot))
    if output.json:
        report: Json = run_report(run, calls, lambda artifact: load_artifact(session, artifact)) | {
            "status": status
        }
        if logs:
            report["logs"] = {call.path: log_report(call) for call in _with_logs(session, run, calls)}
        output.object(report)
        return
    page = Page(output.width, output.paint, store_flag(session.home))
    output.lines(*run_lines(run, calls, status, session.clock.now(), page))
    if logs:
        for call in _with_logs(session, run, calls):
            output.lines("", *log_lines(call, page))


def _show_call(session: Session, output: Output, run: RunRecord, call: CallRecord) -> None:
    ledgers = _ledgers(session, call)
    if output.json:
        output.object(detail_report(run, call, ledgers))
    else:
        output.lines(*call_lines(run, call, ledgers, Page(output.width, output.paint)))


def _ledgers(session: Session, call: CallRecord) -> list[tuple[str, Ledger]]:
    """The fingerprints of code and environment that are in the call's key, by kind."""
    found = [
        (part.kind, session.queries.ledger(part.digest))
        for part in call.components
        if part.kind in ("code", "environment")
    ]
    return [(kind, ledger) for kind, ledger in found if ledger is not None]


def _with_logs(session: Session, run: RunRecord, calls: Sequence[CallRecord]) -> Iterator[CallRecord]:
    for known in calls:
        call = session.queries.call(run.number, known.path)
        if call is not None and call.logs:
            yield call
