"""The calls of one map as `cuvee show RUN PATH` prints them: how many, how long, what they came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cuvee.cli.calls import counts_text, outcome
from cuvee.cli.metrics import spread_text
from cuvee.cli.quantities import count_text, seconds_text
from cuvee.cli.run_page import folded_rows
from cuvee.cli.summary import Page, failure_lines
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.report import outputs_of, standing_metrics

_REASONS_SHOWN = 5


def map_lines(run: RunRecord, path: str, calls: Sequence[CallRecord], page: Page) -> list[str]:
    """The whole page. `path` is what the calls are called without their numbers."""
    counts = Counter(outcome(call) for call in calls)
    head = f"{page.paint(path, 'bold')} of run {run.number} ({calls[0].task}): a map of "
    lines = wrapped(f"{head}{count_text(len(calls), 'call')}, {counts_text(counts)}", page.width)
    lines += _section("why", _reason_rows(calls), page)
    lines += _section("times", _time_rows(calls), page)
    lines += _section("metrics", _metric_rows(calls), page)
    results = folded_rows([(f"{path}[{_span(calls)}]", [outputs_of(call) for call in calls])])
    lines += _section("results", results, page)
    lines += failure_lines(run, calls, page)
    example = next((call.path for call in calls if call.status == "failed"), calls[0].path)
    return [*lines, "", f"All of one call: {page.show(run.number, example)}"]


def _section(title: str, rows: Sequence[Row], page: Page) -> list[str]:
    if not rows:
        return []
    table = table_lines(rows, width=page.width, paint=page.paint, most_lines=3)
    return ["", page.paint(title, "dim"), *table]


def _span(calls: Sequence[CallRecord]) -> str:
    first, last = (call.path.rpartition("[")[2].rstrip("]") for call in (calls[0], calls[-1]))
    return first if first == last else f"{first}…{last}"


def _reason_rows(calls: Sequence[CallRecord]) -> list[Row]:
    counts = Counter(call.reason for call in calls if call.reason).most_common()
    rows: list[Row] = [
        [Cell(count_text(count, "call")), Cell(reason)] for reason, count in counts[:_REASONS_SHOWN]
    ]
    more = len(counts) - len(rows)
    return [*rows, [Cell("…", "dim"), Cell(f"{count_text(more, 'more reason')}")]] if more > 0 else rows


def _time_rows(calls: Sequence[CallRecord]) -> list[Row]:
    rows: list[Row] = []
    for name, seconds in (
        ("ran", [call.seconds for call in calls if outcome(call) in ("executed", "failed")]),
        ("saved", [call.saved for call in calls if outcome(call) == "reused"]),
    ):
        if seconds:
            low, high = seconds_text(min(seconds)), seconds_text(max(seconds))
            each = low if low == high else f"{low} … {high}"
            rows.append([Cell(name, "bold"), Cell(seconds_text(sum(seconds))), Cell(f"{each} each")])
    return rows


def _metric_rows(calls: Sequence[CallRecord]) -> list[Row]:
    values: dict[str, list[float]] = {}
    for call in calls:
        for name, value in standing_metrics(call.metrics):
            values.setdefault(name, []).append(value)
    return [
        [
            Cell(name, "bold"),
            Cell(spread_text(found)),
            Cell("" if len(found) == len(calls) else f"of {len(found)} of them", "dim"),
        ]
        for name, found in values.items()
    ]
