"""Lineage as `cuvee lineage` prints it: a tree, its branches indented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cuvee.cli.quantities import count_text
from cuvee.cli.summary import Page
from cuvee.cli.table import shortened
from cuvee.compare.phrases import listed
from cuvee.model.lineage import Columns, Lineage, LineageNode

_LINES_SHOWN = 200
_BRANCHES_SHOWN = 12
_NAMES_SHOWN = 4
_RUNS_NAMED = 6


def lineage_lines(found: Lineage, page: Page) -> list[str]:
    """The whole page."""
    lines: list[str] = []
    if found.up is not None:
        lines += [page.paint(f"what {found.name} came from", "dim"), *_trees(found.up, page)]
    if found.down is not None:
        lines += [""] if lines else []
        lines += [page.paint(f"what was made of {found.name}", "dim"), *_trees(found.down, page, runs=True)]
    if found.runs_known > found.runs_seen:
        text = f"the newest {found.runs_seen} of {found.runs_known} runs were looked at: --runs takes more"
        lines += ["", page.paint(text, "dim")]
    return lines


def _trees(nodes: Sequence[LineageNode], page: Page, *, runs: bool = False) -> list[str]:
    lines = [line for node in nodes for line in _lines(node, page, "", "", runs)]
    left = len(lines) - _LINES_SHOWN
    return (
        [*lines[:_LINES_SHOWN], f"… and {count_text(left, 'more line')}: --depth, or --json"]
        if left > 0
        else lines
    )


def _lines(node: LineageNode, page: Page, first: str, rest: str, runs: bool) -> Iterator[str]:
    """The node, and below it its branches; `first` and `rest` stand before its lines."""
    style = "bold" if node.kind == "call" else "dim" if node.kind == "code" else ""
    plain = f"{node.name}{_aside(node, runs)}"
    cut = shortened(plain, page.width - len(first))
    yield first + page.paint(cut[: len(node.name)], style) + page.paint(cut[len(node.name) :], "dim")
    shown = node.branches[:_BRANCHES_SHOWN]
    bar = "│ " if shown else "  "
    for columns in node.columns:
        yield page.paint(shortened(f"{rest}{bar}  {_columns(columns)}", page.width), "dim")
    left = len(node.branches) - len(shown)
    for at, branch in enumerate(shown):
        last = at == len(shown) - 1 and left <= 0
        yield from _lines(
            branch, page, rest + ("└ " if last else "├ "), rest + ("  " if last else "│ "), runs
        )
    if left > 0:
        yield f"{rest}└ … and {count_text(left, 'more branch')}: --json has them"


def _aside(node: LineageNode, runs: bool) -> str:
    if node.kind == "parameter":
        return "  parameter"
    parts = [node.label] if node.label else []
    parts += [{"file": "file", "code": "code"}.get(node.kind, "")]
    parts += [node.detail]
    parts += [_runs(node.runs)] if runs and node.runs else []
    parts += ["told above"] if node.told else []
    parts += [f"… {count_text(node.left, 'more branch')} beyond the depth"] if node.left else []
    text = ", ".join(filter(None, parts))
    return f"  {text}" if text else ""


def _columns(columns: Columns) -> str:
    of = f"{columns.element}: " if columns.element else ""
    names = listed(columns.names, _NAMES_SHOWN)
    if columns.source:
        return f"{of}{count_text(len(columns.names), 'column')} as in {columns.source}: {names}"
    return f"{of}{count_text(len(columns.names), 'column')} made or changed here: {names}"


def _runs(runs: Sequence[int]) -> str:
    """`run 3`, `runs 1, 3 and 4`, `runs 1 … 40 (35 runs)`."""
    if len(runs) == 1:
        return f"run {runs[0]}"
    if len(runs) > _RUNS_NAMED:
        return f"runs {runs[0]} … {runs[-1]} ({len(runs)} runs)"
    return f"runs {listed([str(run) for run in runs], _RUNS_NAMED)}"
