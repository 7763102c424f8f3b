"""One run as `cuvee show RUN` prints it."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.cli.calls import call_rows
from cuvee.cli.quantities import ago_text, bytes_text, count_text, date_text, seconds_text
from cuvee.cli.summary import Page, failure_lines, metric_lines, short_name, status_text, totals
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_text
from cuvee.model.record import CallRecord, GitState, RunRecord
from cuvee.operations.report import outputs_of

_OUTPUTS_SHOWN = 40
_DIGEST_SHOWN = len("blake3:") + 12


def run_lines(run: RunRecord, calls: Sequence[CallRecord], status: str, now: float, page: Page) -> list[str]:
    """The whole page: what it was given and where it ran, its calls, metrics, results, failures, totals."""
    name = page.paint(short_name(run.start.pipeline), "bold")
    took = f", {seconds_text(run.end.seconds)}" if run.end else ""
    lines = [f"Run {run.number} of {name}: {status_text(status, page.paint)}{took}", ""]
    lines += table_lines(_header(run, now), width=page.width, paint=page.paint, most_lines=0)
    if calls:
        lines += ["", *table_lines(call_rows(calls), width=page.width, paint=page.paint, most_lines=0)]
    if run.metrics:
        lines += ["", *metric_lines(run.metrics, page, f"{page.show(run.number)} --json")]
    lines += _result_lines(run, calls, page)
    lines += failure_lines(run, calls, page)
    lines += ["", *wrapped(totals(run, calls), page.width)]
    if calls:
        example = next((call.path for call in calls if call.status == "failed"), calls[-1].path)
        lines.append(f"All of one call: {page.show(run.number, example)}")
    return lines


def output_row(name: str, artifact: Artifact) -> Row:
    """A stored value in a table: its name, class, size and digest."""
    digest = digest_text(artifact.digest)[:_DIGEST_SHOWN]
    badge = f"{digest}  (pickled)" if artifact.codec == "pickle" else digest
    kind = Cell(artifact.type, end_tells=True)
    return [Cell(name, "bold"), kind, Cell(bytes_text(artifact.size)), Cell(badge, "dim")]


def git_text(git: GitState) -> str:
    """`1a2b3c4d5e on main, with changes that are not committed`."""
    branch = f" on {git.branch}" if git.branch else ""
    return f"{git.commit[:10]}{branch}{', with changes that are not committed' if git.dirty else ''}"


def _header(run: RunRecord, now: float) -> list[Row]:
    start, end = run.start, run.end
    rows = [("target", start.target), ("pipeline", start.pipeline)]
    rows += [
        ("parameters" if at == 0 else "", f"{given.name} = {given.text}")
        for at, given in enumerate(start.parameters)
    ]
    rows.append(("started", f"{date_text(start.started)}, {ago_text(start.started, now)}"))
    if end is not None:
        rows.append(("commit", git_text(end.git) if end.git else "not in a git repository"))
    rows.append(
        (
            "ran on",
            f"Python {start.versions.python}, {start.versions.platform}, {start.host} (process {start.pid})",
        )
    )
    rows.append(("cuvee", start.versions.cuvee))
    return [[Cell(name, "dim"), Cell(text)] for name, text in rows]


def _result_lines(run: RunRecord, calls: Sequence[CallRecord], page: Page) -> list[str]:
    made = [
        output_row(call.path if name == "result" else f"{call.path}.{name}", artifact)
        for call in calls
        for name, artifact in outputs_of(call)
    ]
    drawn = [
        output_row(f"{call.path}: {figure.name}", figure.artifact)
        for call in calls
        for figure in call.figures
    ]
    lines: list[str] = []
    for title, rows in (("result", made), ("figure", drawn)):
        if rows:
            header: Row = [
                Cell(title, "dim"),
                Cell("type", "dim"),
                Cell("size", "dim"),
                Cell("content", "dim"),
            ]
            shown = [header, *rows[:_OUTPUTS_SHOWN]]
            lines += ["", *table_lines(shown, width=page.width, paint=page.paint, right=(2,))]
            if len(rows) > _OUTPUTS_SHOWN:
                more = count_text(len(rows) - _OUTPUTS_SHOWN, f"more {title}")
                lines.append(f"  … and {more}: {page.show(run.number)} --json")
    return lines
