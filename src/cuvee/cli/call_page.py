"""One call as `cuvee show RUN PATH` prints it: why, what it depends on, what it gave, what it printed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from cuvee.cli.calls import outcome, outcome_style
from cuvee.cli.doubts import doubt_lines
from cuvee.cli.profile_page import headline, profile_lines
from cuvee.cli.quantities import bytes_text, count_text, number_text, seconds_text
from cuvee.cli.run_page import output_row
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.cli.visible import visible
from cuvee.model.digest import digest_text
from cuvee.model.entry import Metric
from cuvee.model.key import Item, Ledger
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.report import outputs_of, standing_metrics

_METRIC_VALUES_SHOWN = 5
_ITEMS_SHOWN = 20
_NOUNS = {"observed": "observation"}


def call_lines(
    run: RunRecord,
    call: CallRecord,
    ledgers: Sequence[tuple[str, Ledger]],
    page: Page,
    *,
    values: Mapping[str, str] | None = None,
    profiles: Mapping[str, Profile] | None = None,
    made_with_logs: bool = False,
) -> list[str]:
    """The whole page. `ledgers` are the fingerprints of code and environment in its key, by kind;
    `values` those of its results that are plain, as text, and `profiles` what others look like, both by
    name; `made_with_logs`: the call that made the result
    that this one reused printed something.
    """
    sections = [
        _head(run, call, page),
        _components(run, call, page),
        *(_ledger_lines(kind, ledger, page) for kind, ledger in ledgers),
        _section("results", [output_row(name, artifact) for name, artifact in outputs_of(call)], page),
        _section("values", [[Cell(name, "bold"), Cell(text)] for name, text in (values or {}).items()], page),
        *_profile_sections(run, call, profiles or {}, page),
        _section("metrics", _metric_rows(call), page),
        _figures(run, call, page),
        _failure(call, page),
        log_lines(call, page) if call.logs else [],
        _made_logs(call, page) if made_with_logs else [],
    ]
    return [
        line
        for index, section in enumerate(filter(None, sections))
        for line in ([""] if index else []) + section
    ]


def log_lines(call: CallRecord, page: Page) -> list[str]:
    """What the call printed, both streams in order, under its path."""
    lines = [page.paint(f"printed by {call.path}", "dim")]
    for chunk in call.logs:
        style = "warn" if chunk.stream == "stderr" else ""
        printed = visible(chunk.text).splitlines()
        lines += ["  " + (page.paint(line, style) if style else line) for line in printed]
    return lines


def _head(run: RunRecord, call: CallRecord, page: Page) -> list[str]:
    word = page.paint(outcome(call), outcome_style(call))
    took = ""
    if outcome(call) == "reused":
        took = f", which saved {seconds_text(call.saved)}"
    elif outcome(call) in ("executed", "failed"):
        took = f" {'in' if outcome(call) == 'executed' else 'after'} {seconds_text(call.seconds)}"
    if call.memory is not None and outcome(call) != "reused":
        took += f", with {bytes_text(call.memory)} of memory at most"
    lines = [f"{page.paint(call.path, 'bold')} of run {run.number} ({call.task}): {word}{took}"]
    if call.reason:
        lines += ["  " + line for line in wrapped(f"Why: {call.reason}", page.width - 2)]
    if call.made_by is not None:
        lines.append(f"  Its result was made by {call.made_by[1]} in run {call.made_by[0]}.")
    for number, attempt in enumerate(call.attempts, 1):
        told = f"{attempt.failure.type}: {attempt.failure.message}".partition("\n")[0]
        text = f"Attempt {number} failed after {seconds_text(attempt.seconds)}: {told}"
        lines += ["  " + line for line in wrapped(text, page.width - 2)]
    for doubt in call.doubts:
        lines += ["  " + line for line in wrapped(f"Not kept for reuse: {doubt}", page.width - 2)]
    for warning in call.warnings:
        lines += ["  " + line for line in wrapped(f"Warning: {warning}.", page.width - 2)]
    return lines


def _section(title: str, rows: Sequence[Row], page: Page) -> list[str]:
    if not rows:
        return []
    return [page.paint(title, "dim"), *table_lines(rows, width=page.width, paint=page.paint, most_lines=3)]


def _components(run: RunRecord, call: CallRecord, page: Page) -> list[str]:
    lines = _section("depends on", _component_rows(call), page)
    return [*lines, f"  old beside new: {page.show(run.number, call.path)} --explain"] if lines else []


def _component_rows(call: CallRecord) -> list[Row]:
    return [
        [
            Cell(part.kind, "dim"),
            Cell(part.name, "bold"),
            Cell(digest_text(part.digest)[7:19], "dim"),
            Cell(part.text),
        ]
        for part in call.components
    ]


def _ledger_lines(kind: str, ledger: Ledger, page: Page) -> list[str]:
    """What code or environment was reached: a line of counts, the first items of code, every doubt."""
    counts = Counter(item.kind for item in ledger.items)
    summary = ", ".join(count_text(count, _NOUNS.get(name, name)) for name, count in counts.items())
    lines = [page.paint(f"{kind}: ", "dim") + (summary or "nothing")]
    if kind == "code":
        rows: list[Row] = [
            [Cell(item.kind, "dim"), Cell(item.name), Cell(_place(item), "dim")]
            for item in ledger.items[:_ITEMS_SHOWN]
        ]
        lines += table_lines(rows, width=page.width, paint=page.paint)
        more = len(ledger.items) - len(rows)
        lines += [f"  … and {more} more: add --json"] if more > 0 else []
    return lines + [line for doubt in ledger.doubts for line in doubt_lines(doubt, page)]


def _place(item: Item) -> str:
    return f"{item.file}:{item.line}" if item.file and item.line else ""


def _profile_sections(
    run: RunRecord, call: CallRecord, profiles: Mapping[str, Profile], page: Page
) -> list[list[str]]:
    """What the result looks like; of several elements a line each, since each has a page of its own."""
    if list(profiles) == ["result"]:
        return [profile_lines(profiles["result"], page, page.show(run.number, call.path))]
    if not profiles:
        return []
    lines = [headline(name, profile) for name, profile in profiles.items()]
    example = page.show(run.number, f"{call.path}.{next(iter(profiles))}")
    return [[page.paint("what they look like", "dim"), *lines, f"  All of one: {example}"]]


def _metric_rows(call: CallRecord) -> list[Row]:
    """The values logged, one a row, with their steps; where a name has many, what they range over."""
    by_name: dict[str, list[Metric]] = {}
    for metric in call.metrics:
        by_name.setdefault(metric.name, []).append(metric)
    rows: list[Row] = []
    for name, metrics in by_name.items():
        if len(metrics) > _METRIC_VALUES_SHOWN:
            rows.append(
                [Cell(name, "bold"), Cell(_range_text(metrics, dict(standing_metrics(metrics))[name]))]
            )
            continue
        for metric in metrics:
            step = "" if metric.step is None else f"step {metric.step}: "
            rows.append([Cell(name, "bold"), Cell(f"{step}{number_text(metric.value)}")])
    return rows


def _range_text(metrics: Sequence[Metric], last: float) -> str:
    """`last 0.63, least 0.61, most 0.9: 30 values, steps 0 to 29`."""
    values = [metric.value for metric in metrics if not math.isnan(metric.value)] or [math.nan]
    steps = [metric.step for metric in metrics if metric.step is not None]
    text = f"last {number_text(last)}, least {number_text(min(values))}, most {number_text(max(values))}"
    among = f", steps {min(steps)} to {max(steps)}" if steps else ""
    return f"{text}: {count_text(len(metrics), 'value')}{among}"


def _figures(run: RunRecord, call: CallRecord, page: Page) -> list[str]:
    rows = [output_row(figure.name, figure.artifact) for figure in call.figures]
    as_files = f"  as files: {page.show(run.number, call.path)} --save-figures DIR"
    return [*_section("figures", rows, page), as_files] if rows else []


def _made_logs(call: CallRecord, page: Page) -> list[str]:
    if call.made_by is None:
        return []
    return [f"It printed when it ran: {page.show(*call.made_by)} --logs"]


def _failure(call: CallRecord, page: Page) -> list[str]:
    if call.failure is None:
        return []
    return [page.paint("failed", "bad"), *call.failure.traceback.rstrip().splitlines()]
