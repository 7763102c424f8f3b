"""A plan as `cuvee plan` prints it: what would run, what is reused, why, and how long it should take."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from cuvee.cli.calls import commonest_text
from cuvee.cli.change_lines import source_lines
from cuvee.cli.grouping import Group, grouped
from cuvee.cli.quantities import count_text, seconds_text
from cuvee.cli.summary import Page, short_name
from cuvee.cli.table import Cell, Row, table_lines, wrapped
from cuvee.model.plan import Plan, PlannedCall

_Decision = Literal["execute", "reuse", "given", "depends"]
_SETTLED = ("reuse", "given")
_WORDS: dict[_Decision, str] = {
    "execute": "runs",
    "reuse": "reused",
    "given": "given",
    "depends": "may run",
}
_SEVERAL = {"runs": "run"}
_STYLES: dict[_Decision, str] = {"execute": "good", "reuse": "reused", "given": "reused", "depends": "warn"}


def plan_lines(plan: Plan, page: Page) -> list[str]:
    """The whole page."""
    lines = [f"Plan of {page.paint(short_name(plan.pipeline), 'bold')}"]
    if plan.calls:
        header: Row = [Cell(name, "dim") for name in ("call", "decision", "time", "why")]
        rows = [header, *(_row(group) for group in grouped(plan.calls, _stands_out))]
        lines += ["", *table_lines(rows, width=page.width, paint=page.paint, most_lines=0)]
    changes = [change for call in plan.calls for change in call.changes]
    changed = next((call.path for call in plan.calls if call.changes), "")
    rest = f"All of it: add --explain {shlex.quote(changed)}"
    lines += source_lines(changes, dict(plan.sources), page, rest)
    if plan.open_end:
        lines += ["", *wrapped(f"The plan ends here: {plan.open_end}", page.width)]
    for warning in plan.warnings:
        lines += ["", *(page.paint(line, "warn") for line in wrapped(f"Warning: {warning}", page.width))]
    return [*lines, "", *wrapped(f"{_counts(plan)} {_estimate(plan)}".strip(), page.width)]


def _stands_out(call: PlannedCall) -> bool:  # noqa: ARG001 - in a plan no call does
    return False


def _row(group: Group[PlannedCall]) -> Row:
    counts = Counter(call.decision for call in group.calls)
    words = [
        word if len(group.calls) == 1 else f"{counts[kind]} {_SEVERAL.get(word, word)}"
        for kind, word in _WORDS.items()
        if counts[kind]
    ]
    runs = [call for call in group.calls if call.decision not in _SETTLED]
    return [
        Cell(group.label, "bold"),
        Cell(", ".join(words), _STYLES[counts.most_common(1)[0][0]]),
        Cell(_time(runs)),
        Cell(commonest_text([call.reason for call in runs or group.calls]), "dim"),
    ]


def _time(runs: Sequence[PlannedCall]) -> str:
    known = [call.seconds for call in runs if call.seconds is not None]
    if not runs:
        return ""
    return f"about {seconds_text(sum(known))}" if len(known) == len(runs) else "not known"


def _counts(plan: Plan) -> str:
    counts = Counter(call.decision for call in plan.calls)
    if not plan.calls:
        return "It calls no task."
    if counts["reuse"] == len(plan.calls) and not plan.open_end:
        return f"Nothing has to run: the results of all {count_text(counts['reuse'], 'call')} are reused."
    parts = [f"{counts['execute']} to run" if counts["execute"] else ""]
    parts.append(f"{counts['depends']} that may have to" if counts["depends"] else "")
    parts.append(f"{counts['reuse']} reused" if counts["reuse"] else "")
    parts.append(f"{counts['given']} given" if counts["given"] else "")
    return f"{count_text(len(plan.calls), 'call')}: {', '.join(filter(None, parts))}."


def _estimate(plan: Plan) -> str:
    may_run = [call for call in plan.calls if call.decision not in _SETTLED]
    known = [call.seconds for call in may_run if call.seconds is not None]
    unknown = len(may_run) - len(known)
    if not may_run:
        return ""
    if not known:
        return "How long they take is not known yet."
    text = f"They should take about {seconds_text(sum(known))}"
    if unknown:
        text += f"; how long {unknown} of them {'takes' if unknown == 1 else 'take'} is not known yet"
    return text + "."
