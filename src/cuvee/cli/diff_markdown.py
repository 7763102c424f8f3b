"""A difference of two runs as Markdown, to be put into a pull request."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from cuvee.cli.change_lines import changed_sources
from cuvee.cli.diff_data import column_cells, extent_text
from cuvee.cli.diff_page import git_text, heading, held_text, work_text
from cuvee.cli.summary import Page
from cuvee.compare.metrics import differs
from cuvee.compare.phrases import listed
from cuvee.compare.summary import signed, told_apart
from cuvee.compare.texts import source_diff
from cuvee.model.difference import DataDifference, Difference, MetricDifference, RootChange

_ROOTS_SHOWN, _FRAMES_SHOWN, _COLUMNS_SHOWN, _CALLS_SHOWN = 20, 5, 10, 12


def markdown_lines(found: Difference, page: Page, *, whole: bool = False) -> list[str]:
    """The whole text; `whole`: nothing of it is left out."""
    git = git_text(found.a, found.b)
    return [
        f"**{_plain(found.summary)}**",
        "",
        f"{heading(found)}{f', {git}' if git else ''}.",
        *_metrics(found),
        *_roots(found, whole),
        *_knock_on(found, whole),
        *_data(found, whole),
        *_not_compared(found, whole),
        *_cost(found),
        "",
        f"<sub>`{page.program} diff {found.a.number} {found.b.number}`</sub>",
    ]


def _metrics(found: Difference) -> Iterator[str]:
    moved = [metric for metric in found.metrics if differs(metric)]
    if moved:
        yield from _table_head("metric", f"run {found.a.number}", f"run {found.b.number}", "difference", "")
    for metric in moved:
        a, b = _values(metric)
        delta = "" if metric.delta is None or metric.delta != metric.delta else signed(metric.delta)
        verdict = "" if metric.better is None else "better" if metric.better else "worse"
        yield _row(metric.name, a, b, delta, verdict)


def _values(metric: MetricDifference) -> tuple[str, str]:
    """As few digits as tell them apart; "" of one that was not logged."""
    if metric.a is not None and metric.b is not None and math.isfinite(metric.a) and math.isfinite(metric.b):
        return told_apart(metric.a, metric.b)
    a, b = ("" if value is None else f"{value:.4g}" for value in (metric.a, metric.b))
    return a, b


def _roots(found: Difference, whole: bool) -> Iterator[str]:
    roots = found.root_changes if whole else found.root_changes[:_ROOTS_SHOWN]
    if roots:
        yield from ("", "### Changed", "")
    for root in roots:
        reached = (
            f", reaches {listed([f'`{path}`' for path in root.calls], 4)}"
            if root.kind != "graph" and root.calls
            else ""
        )
        yield f"- **{root.kind}**: {_plain(root.text)}{reached}"
        yield from _source(root, found)
    left = len(found.root_changes) - len(roots)
    if left > 0:
        yield f"- … and {left} more"


def _source(root: RootChange, found: Difference) -> Iterator[str]:
    for _, old, new in changed_sources([root.change] if root.change else [], dict(found.sources)):
        lines = [
            f"{' ' if line.sign == '…' else line.sign}{line.sign if line.sign == '…' else line.text}"
            for line in source_diff(old, new)
        ]
        # A fence of the text's own must not end this one.
        fence = "```" if not any("```" in line for line in lines) else "~~~~~~"
        yield ""
        yield from (f"  {line}" for line in [f"{fence}diff", *lines, fence])
        yield ""


def _knock_on(found: Difference, whole: bool) -> Iterator[str]:
    calls = found.knock_on if whole else found.knock_on[:_CALLS_SHOWN]
    if calls:
        yield from ("", "### Followed", "")
    for call in calls:
        same = "; its result is the same" if call.same_result else ""
        yield f"- `{call.path}` from {listed([f'`{path}`' for path in call.follows])}{same}"
    left = len(found.knock_on) - len(calls)
    if left > 0:
        yield f"- … and {left} more"


def _data(found: Difference, whole: bool) -> Iterator[str]:
    shown = found.data if whole else found.data[:_FRAMES_SHOWN]
    if shown:
        yield from ("", "### Results", "")
    for data in shown:
        yield f"- `{data.path}`: {_plain(extent_text(data))}"
        yield from (
            f"  - {_plain(name)}: {_plain(a or 'not there')} → {_plain(b or 'not there')}"
            for name, a, b in data.parameters[:_COLUMNS_SHOWN]
        )
    left = len(found.data) - len(shown)
    if left > 0:
        yield f"- … and {left} more"
    for data in shown if whole else shown[:1]:
        yield from _columns(data, whole)


def _columns(data: DataDifference, whole: bool) -> Iterator[str]:
    columns = data.columns if whole else data.columns[:_COLUMNS_SHOWN]
    if columns:
        yield from _table_head(f"column of `{data.path}`", "dtype", "nulls", "mean", "distance")
    for column in columns:
        yield _row(column.name, *column_cells(column))
    left = len(data.columns) - len(columns)
    if left > 0:
        yield _row(f"… and {left} more", "", "", "", "")


def _not_compared(found: Difference, whole: bool) -> Iterator[str]:
    calls = [call for call in found.calls if call.state == "not_run"]
    shown = calls if whole else calls[:_CALLS_SHOWN]
    if shown:
        yield from ("", "### Not compared", "")
    yield from (f"- `{call.path}` {_plain(call.note)}" for call in shown)
    if len(calls) > len(shown):
        yield f"- … and {len(calls) - len(shown)} more"


def _cost(found: Difference) -> Iterator[str]:
    text = work_text(found)
    if text:
        held = held_text(found.calls)
        yield from ("", f"Time of the work: {text}{f', memory: {held}' if held else ''}.")


def _table_head(*titles: str) -> Iterator[str]:
    yield from ("", "| " + " | ".join(titles) + " |", "|" + "---|" * len(titles))


def _row(*cells: str) -> str:
    return "| " + " | ".join(map(_plain, cells)) + " |"


def _plain(text: str) -> str:
    """The text as it is: no sign of it is taken for Markdown's, none ends a row."""
    kept: Sequence[str] = [f"\\{char}" if char in "\\`*_|<>[]#" else char for char in text.replace("\n", " ")]
    return "".join(kept)
