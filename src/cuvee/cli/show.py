"""`cuvee show RUN [PATH]`: one run, or one call of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cuvee.cli.call_page import call_lines, log_lines
from cuvee.cli.commands import COMMANDS
from cuvee.cli.element_page import element_lines
from cuvee.cli.explanation_page import explanation_lines
from cuvee.cli.figures import save_figures
from cuvee.cli.map_page import map_lines
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import open_records, store_flag, this_machine
from cuvee.cli.results import plain_texts
from cuvee.cli.run_page import run_lines
from cuvee.cli.summary import Page
from cuvee.model.artifact import Artifact
from cuvee.model.key import Ledger
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.change_report import explanation_report
from cuvee.operations.explain import explain_call
from cuvee.operations.liveness import live_status
from cuvee.operations.profiles import profile_of, profiles_of
from cuvee.operations.references import (
    call_of,
    calls_of_map,
    find_part,
    find_run,
    names_call,
    run_and_path,
    tag_expanded,
)
from cuvee.operations.report import (
    Json,
    detail_report,
    element_report,
    log_report,
    map_report,
    outputs_of,
    run_report,
)
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact

_EXPLAIN_HELP = "With PATH: all that the call's key is made of, beside that of the call before it."
_AGAINST_HELP = "With --explain: compare with the call of that run."
_SAVE_HELP = "Write the figures that the calls logged into this folder, as files."


@click.command("show", short_help=COMMANDS["show"], params=[json_option(), *setting_options("store")])
@click.argument("run")
@click.argument("path", required=False)
@click.option("--logs", is_flag=True, help="With what the calls printed.")
@click.option("--explain", is_flag=True, help=_EXPLAIN_HELP)
@click.option("--against", metavar="RUN", help=_AGAINST_HELP)
@click.option("--save-figures", "figures", metavar="DIR", help=_SAVE_HELP)
@click.pass_obj
def command(
    output: Output,
    run: str,
    path: str | None,
    logs: bool,
    explain: bool,
    against: str | None,
    figures: str | None,
    store: str | None,
) -> None:
    """One run: what it was given, what its calls came to and why, metrics, results.

    With PATH, one call of it; a map with all its calls; or an element of what a call gave.

    \b
    RUN   12, @last, @last~1, @best:rmse:min, a tag
    PATH  train, features/clean, score (a map), score[3], split.0 (an element)
    """
    with open_records(store) as session:
        run = tag_expanded(session.queries, run)
        if path is None and names_call(run):
            record, path = run_and_path(session.queries, run)
        else:
            record = find_run(session.queries, run)
        calls: Sequence[CallRecord]
        if explain or against is not None:
            if path is None:
                raise click.UsageError("--explain takes a call: add its PATH")
            other = None if against is None else find_run(session.queries, against)
            calls = [call_of(session.queries, record, path)]
            _explain(session, output, record, calls[0], other)
        else:
            page = Page(output.width, output.paint, store_flag(session.home))
            shown = _Shown(session, output, record, page)
            calls = shown.run(logs) if path is None else shown.path(path)
        if figures is not None:
            _save(session, output, calls, Path(figures))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A run that is shown, or what a path in it names. Each gives the calls that it is about."""

    session: Session
    output: Output
    record: RunRecord
    page: Page

    def run(self, logs: bool) -> Sequence[CallRecord]:
        session, run = self.session, self.record
        calls = session.queries.calls(run.number)
        status = live_status(run, this_machine(session.boot))
        begun = _begun(session, run, calls)
        if self.output.json:
            report: Json = run_report(run, calls, self._load) | {"status": status}
            if run.end is None:
                report["begun"] = begun
            if logs:
                report["logs"] = {call.path: log_report(call) for call in _with_logs(session, run, calls)}
            self.output.object(report)
            return calls
        source = session.queries.snapshot(run.number)
        now = session.clock.now()
        self.output.lines(*run_lines(run, calls, status, now, self.page, source, begun))
        if logs:
            for call in _with_logs(session, run, calls):
                self.output.lines("", *log_lines(call, self.page))
        return calls

    def path(self, path: str) -> Sequence[CallRecord]:
        queries, run = self.session.queries, self.record
        call = queries.call(run.number, path)
        if call is not None:
            self._call(call)
            return [call]
        mapped = calls_of_map(queries, run, path)
        if mapped:
            self._tell(map_report(run, path, mapped), lambda: map_lines(run, path, mapped, self.page))
            return mapped
        call, name, artifact = find_part(queries, run, path)
        profile = profile_of(self.session, artifact)
        self._tell(
            element_report(run, call, name, artifact, self._load, profile),
            lambda: element_lines(run, call, name, artifact, self._load, self.page, profile=profile),
        )
        return [call]

    def _call(self, call: CallRecord) -> None:
        session, run = self.session, self.record
        ledgers, profiles = _ledgers(session, call), profiles_of(session, call)
        maker = session.queries.call(*call.made_by) if call.made_by and not call.logs else None
        made_with_logs = maker is not None and bool(maker.logs)
        self._tell(
            detail_report(run, call, ledgers, profiles, self._load),
            lambda: call_lines(
                *(run, call, ledgers, self.page),
                values=plain_texts(outputs_of(call), self._load),
                profiles=profiles,
                made_with_logs=made_with_logs,
            ),
        )

    def _tell(self, report: Json, lines: Callable[[], list[str]]) -> None:
        if self.output.json:
            self.output.object(report)
        else:
            self.output.lines(*lines())

    def _load(self, artifact: Artifact) -> Any:
        return load_artifact(self.session, artifact)


def _explain(
    session: Session, output: Output, run: RunRecord, call: CallRecord, against: RunRecord | None
) -> None:
    found = explain_call(session, run, call, against)
    if output.json:
        report = detail_report(run, call, _ledgers(session, call))
        output.object(report | {"explanation": explanation_report(found)})
    else:
        output.lines(*explanation_lines(found, Page(output.width, output.paint)))


def _save(session: Session, output: Output, calls: Sequence[CallRecord], folder: Path) -> None:
    """Write the figures; which files they are is told beside the answer."""
    written = save_figures(calls, folder, lambda artifact: load_artifact(session, artifact))
    output.note(*([f"written: {file}" for file in written] or ["these calls logged no figure"]))


def _begun(session: Session, run: RunRecord, calls: Sequence[CallRecord]) -> list[str]:
    """The paths of calls that have begun, or are next, and have no end on record. Of short ones
    nothing is known."""
    if run.end is not None:
        return []
    ended = {call.path for call in calls}
    return [path for path in session.beginnings_of(run.number).noted() if path not in ended]


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
