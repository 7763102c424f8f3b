"""A difference of two runs as `cuvee diff` prints it: one sentence, then in causal order what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cuvee.cli.change_lines import changed_sources, diff_lines
from cuvee.cli.diff_data import data_lines
from cuvee.cli.quantities import bytes_text, count_text, seconds_text
from cuvee.cli.summary import Page, short_name
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.compare.metrics import differs
from cuvee.compare.phrases import listed
from cuvee.compare.summary import moved_text
from cuvee.compare.texts import source_diff
from cuvee.compare.words import change_text
from cuvee.model.difference import CallDifference, Difference, RootChange
from cuvee.model.record import RunRecord

_LINES_SHOWN, _CALLS_SHOWN, _ROOTS_SHOWN, _COSTS_SHOWN = 16, 12, 20, 3
_TITLES = {
    "code": "code",
    "parameter": "parameters",
    "data": "data",
    "environment": "environment",
    "graph": "graph",
}


def diff_page_lines(found: Difference, page: Page, *, whole: bool = False) -> list[str]:
    """The whole page; `whole`: nothing of it is left out."""
    sections = [
        _head(found, page),
        *(_roots(kind, found, page, whole) for kind in _TITLES),
        _unreached(found, page, whole),
        _knock_on(found, page, whole),
        data_lines(found, page, whole=whole),
        _not_compared(found, page),
        _metrics(found, page, whole),
        _cost(found, page, whole),
        _same(found, page, whole),
    ]
    filled = [section for section in sections if section]
    return [line for n, section in enumerate(filled) for line in ([""] if n else []) + section]


def git_text(a: RunRecord, b: RunRecord) -> str:
    """`commit 1a2b3c4 → 5e6f7a8 with changes`; "" where neither is known."""
    states = [run.end.git if run.end else None for run in (a, b)]
    texts = [
        f"{git.commit[:7]}{' with changes' if git.dirty else ''}" if git else "no commit" for git in states
    ]
    if not any(states):
        return ""
    return f"commit {texts[0]}" if texts[0] == texts[1] else f"commit {texts[0]} → {texts[1]}"


def heading(found: Difference) -> str:
    """`Run 2 of predict_wine_quality beside run 1`."""
    a, b = short_name(found.a.start.pipeline), short_name(found.b.start.pipeline)
    of_a = "" if a == b else f" of {a}"
    return f"Run {found.b.number} of {b} beside run {found.a.number}{of_a}"


def work_text(found: Difference) -> str:
    """`1.2 s → 3.4 s`, the time of all that was made, wherever it was; "" where nothing is known."""
    totals = [
        sum(seconds for call in found.calls if (seconds := _seconds(call, side)) is not None)
        for side in ("a", "b")
    ]
    return f"{seconds_text(totals[0])} → {seconds_text(totals[1])}" if any(totals) else ""


def held_text(calls: Sequence[CallDifference]) -> str:
    """`310 MB → 1.2 GB at most`, the most that any of the calls came to; "" where it is not known of both."""
    known = [[call.a_memory for call in calls], [call.b_memory for call in calls]]
    highest = [max((held for held in side if held is not None), default=0) for side in known]
    return " → ".join(map(bytes_text, highest)) + " at most" if all(highest) else ""


def _seconds(call: CallDifference, side: str) -> float | None:
    return call.a_seconds if side == "a" else call.b_seconds


def _head(found: Difference, page: Page) -> list[str]:
    git = git_text(found.a, found.b)
    told = f"{heading(found)}{f', {git}' if git else ''}"
    return [
        *(page.paint(line, "bold") for line in wrapped(found.summary, page.width)),
        "",
        *(page.paint(line, "dim") for line in wrapped(told, page.width)),
    ]


def _roots(kind: str, found: Difference, page: Page, whole: bool) -> list[str]:
    roots = [root for root in found.root_changes if root.kind == kind]
    if not roots:
        return []
    lines = [page.paint(_TITLES[kind], "dim")]
    shown = roots if whole else roots[:_ROOTS_SHOWN]
    for at, root in enumerate(shown):
        source = _source(root, found, page, whole)
        lines += [""] if at and (source or lines[-1].startswith("    ")) else []
        lines += _root(root, page) + source
    left = len(roots) - len(shown)
    return [*lines, f"  … and {count_text(left, 'more change')}: add --all"] if left > 0 else lines


def _root(root: RootChange, page: Page) -> list[str]:
    reached = f"  reaches {listed(root.calls, 4)}" if root.calls and root.kind != "graph" else ""
    first, *rest = wrapped(f"{root.text}{reached}", page.width - 2)
    lines = ["  " + page.paint(first, "bold"), *("  " + page.paint(line, "bold") for line in rest)]
    return lines + [f"    {change_text(change)}" for change in root.within]


def _source(root: RootChange, found: Difference, page: Page, whole: bool) -> list[str]:
    lines: list[str] = []
    for _, old, new in changed_sources([root.change] if root.change else [], dict(found.sources)):
        diff = source_diff(old, new)
        shown = diff if whole else diff[:_LINES_SHOWN]
        lines += diff_lines(shown, page)
        if len(diff) > len(shown):
            lines.append(f"    … {count_text(len(diff) - len(shown), 'more line')}: add --all")
    return lines


def _unreached(found: Difference, page: Page, whole: bool) -> list[str]:
    if not found.unreached:
        return []
    if not whole:
        count = len(found.unreached)
        text = (
            f"{count_text(count, 'other installed version')} differ{'s' if count == 1 else ''}, and no call"
        )
        return [page.paint(f"{text} depends on {'it' if count == 1 else 'them'}", "dim")]
    rows: list[Row] = [[Cell(text)] for text in found.unreached]
    title = page.paint("installed, and no call depends on it", "dim")
    return [title, *table_lines(rows, width=page.width, paint=page.paint)]


def _knock_on(found: Difference, page: Page, whole: bool) -> list[str]:
    calls = found.knock_on
    if not calls:
        return []
    shown = calls if whole else calls[:_CALLS_SHOWN]
    rows: list[Row] = [
        [Cell(call.path, "bold"), Cell(f"follows from {listed(call.follows)}{_result(call)}")]
        for call in shown
    ]
    lines = [page.paint("knock-on", "dim"), *table_lines(rows, width=page.width, paint=page.paint)]
    left = len(calls) - len(shown)
    return [*lines, f"  … and {count_text(left, 'more call')}: add --all"] if left > 0 else lines


def _result(call: CallDifference) -> str:
    return "; its result is the same" if call.same_result else ""


def _not_compared(found: Difference, page: Page) -> list[str]:
    rows: list[Row] = [
        [Cell(call.path, "bold"), Cell(call.note)] for call in found.calls if call.state == "not_run"
    ]
    if not rows:
        return []
    lines = table_lines(rows[:_CALLS_SHOWN], width=page.width, paint=page.paint)
    left = len(rows) - _CALLS_SHOWN
    more = [f"  … and {count_text(left, 'more call')}"] if left > 0 else []
    return [page.paint("not compared", "dim"), *lines, *more]


def _metrics(found: Difference, page: Page, whole: bool) -> list[str]:
    moved = [metric for metric in found.metrics if differs(metric)]
    rows: list[Row] = [
        [Cell(moved_text(metric)), Cell(*_verdict(metric.better))]
        for metric in (moved if whole else moved[:_ROOTS_SHOWN])
    ]
    left = len(moved) - len(rows)
    same = [metric.name for metric in found.metrics if not differs(metric)]
    lines = table_lines(rows, width=page.width, paint=page.paint)
    lines += [f"  … and {count_text(left, 'more metric')}: add --all"] if left > 0 else []
    lines += [page.paint(f"  {listed(same, 4)} did not move", "dim")] if same else []
    return [page.paint("metrics", "dim"), *lines] if lines else []


def _verdict(better: bool | None) -> tuple[str, str]:
    return ("", "") if better is None else ("better", "good") if better else ("worse", "bad")


def _cost(found: Difference, page: Page, whole: bool) -> list[str]:
    text = work_text(found)
    if not text:
        return []
    both = [call for call in found.calls if call.a_seconds is not None and call.b_seconds is not None]
    changed = [call for call in both if call.state != "same"]
    most = _moved_most(changed, lambda call: (call.a_seconds or 0, call.b_seconds or 0), _COSTS_SHOWN)
    most += _moved_most(changed, lambda call: (call.a_memory or 0, call.b_memory or 0), 1)
    shown = both if whole else [call for call in both if call in most]
    rows: list[Row] = [[Cell("all calls", "bold"), Cell(text), Cell(held_text(found.calls))]]
    rows += [
        [
            Cell(call.path),
            Cell(f"{seconds_text(call.a_seconds or 0)} → {seconds_text(call.b_seconds or 0)}"),
            Cell(held_text([call])),
        ]
        for call in shown
    ]
    title = "time of the work, whenever it was done, and memory that its process held"
    return [page.paint(title, "dim"), *table_lines(rows, width=page.width, paint=page.paint)]


def _moved_most(
    calls: Sequence[CallDifference], cost: Callable[[CallDifference], tuple[float, float]], count: int
) -> list[CallDifference]:
    return sorted(calls, key=lambda call: -abs(cost(call)[1] - cost(call)[0]))[:count]


def _same(found: Difference, page: Page, whole: bool) -> list[str]:
    same: Sequence[str] = [call.path for call in found.calls if call.state == "same"]
    if not same:
        return []
    text = f"{count_text(len(same), 'call')} the same: {listed(same, len(same) if whole else 6)}"
    return [page.paint(line, "dim") for line in wrapped(text, page.width)]
