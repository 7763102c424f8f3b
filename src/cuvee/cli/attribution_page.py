"""An attribution as `cuvee attribute` prints it: for each metric a sentence, the shares, and a waterfall."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.cli.quantities import count_text, seconds_text
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, shortened, table_lines, width_of, wrapped
from cuvee.cli.waterfall import waterfall
from cuvee.compare.attribution_words import (
    MEANING,
    between_text,
    chance_text,
    effect_text,
    ends_text,
    finding_text,
    has_intervals,
    kind_of,
    label_of,
    method_text,
    sentence,
    unmixed_text,
)
from cuvee.compare.summary import signed, told_apart
from cuvee.model.attribution import Attribution, AttributionPlan, Shares

_INTERPLAY_SHOWN, _LONGEST_LABEL, _WIDEST_BARS = 3, 34, 48


def plan_lines(plan: AttributionPlan, page: Page) -> list[str]:
    """What would be made."""
    rows: list[Row] = [
        [Cell(each.kind, "dim"), Cell(each.name, "bold"), Cell("; ".join(each.texts))]
        for each in plan.ingredients
    ]
    title = f"{count_text(len(plan.ingredients), 'change')} between run {plan.a} and run {plan.b}"
    lines = [page.paint(title, "dim"), *table_lines(rows, width=page.width, paint=page.paint)]
    for text in plan.unmixed:
        lines += wrapped(f"Not mixed: {text}", page.width)
    return [*lines, *wrapped(cost_text(plan), page.width)]


def cost_text(plan: AttributionPlan) -> str:
    """`8 mixtures from 4 snapshots, at most 10 calls to execute: about 12 s of work.`"""
    work = "" if plan.seconds is None else f": about {seconds_text(plan.seconds)} of work"
    work = work if plan.calls else ", all of it on record"
    sampled = f" ({plan.orders} orders of the changes)" if plan.orders else ""
    return (
        f"{count_text(plan.mixtures, 'mixture')}{sampled} from {count_text(plan.snapshots, 'source tree')}, "
        f"at most {count_text(plan.calls, 'call')} to execute{work}."
    )


def attribution_lines(found: Attribution, page: Page) -> list[str]:
    """The whole page."""
    lines: list[str] = []
    for shares in found.metrics:
        lines += [*_metric_lines(shares, found, page), ""]
    for finding in found.findings:
        lines += [*wrapped(finding_text(finding, found), page.width), ""]
    for text in found.plan.unmixed:
        lines += [*wrapped(unmixed_text(text), page.width), ""]
    chance = chance_text(found)
    lines += [*wrapped(chance, page.width), ""] if chance else []
    return [*lines, *_foot(found, page)]


def _metric_lines(shares: Shares, found: Attribution, page: Page) -> list[str]:
    lines = [page.paint(line, "bad") for line in wrapped(ends_text(shares, found), page.width)]
    lines += [page.paint(line, "bold") for line in wrapped(sentence(shares, found), page.width)]
    lines += [
        "",
        *table_lines(_rows(shares, found), width=page.width, paint=page.paint, right=_right(shares)),
    ]
    lines += ["", *_waterfall_lines(shares, found, page)]
    return lines + _interplay_lines(shares, found, page)


def _right(shares: Shares) -> range:
    return range(2, 6 if has_intervals(shares) else 5)


def _rows(shares: Shares, found: Attribution) -> list[Row]:
    intervals = has_intervals(shares)
    head = ["", "change", "share", *(["between"] if intervals else []), "alone", "last", ""]
    rows: list[Row] = [[Cell(text, "dim") for text in head]]
    for each in shares.shares:
        between = [Cell(between_text(each))] if intervals else []
        rows.append(
            [
                Cell(kind_of(each, found.plan.ingredients), "dim"),
                Cell(shortened(label_of(each, found.plan.ingredients), _LONGEST_LABEL), "bold"),
                Cell(signed(each.share)),
                *between,
                Cell(effect_text(each.alone)),
                Cell(effect_text(each.last)),
                Cell("inside the noise" if each.noise else "", "warn"),
            ]
        )
    total = ["", "all", signed(shares.delta), *([""] if intervals else []), "", "", ""]
    return [*rows, [Cell(text, "dim") for text in total]]


def _waterfall_lines(shares: Shares, found: Attribution, page: Page) -> list[str]:
    labels = [shortened(label_of(each, found.plan.ingredients), _LONGEST_LABEL) for each in shares.shares]
    ends = told_apart(shares.a.measured, shares.b.measured)
    names = [f"run {found.plan.a}", *labels, f"run {found.plan.b}"]
    values = [ends[0], *(signed(each.share) for each in shares.shares), ends[1]]
    widths = max(map(width_of, names)), max(map(width_of, values))
    room = min(page.width - sum(widths) - 8, _WIDEST_BARS)
    steps = [each.share for each in shares.shares]
    bars = ["", *waterfall(shares.a.measured, steps, room), ""]
    return [
        f"  {_padded(name, widths[0])}  {_padded(value, widths[1], right=True)}  {bar}".rstrip()
        for name, value, bar in zip(names, values, bars, strict=True)
    ]


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def _interplay_lines(shares: Shares, found: Attribution, page: Page) -> list[str]:
    least = abs(shares.delta) * 0.01
    strong = [each for each in shares.interplay if abs(each.amount) > max(least, 1e-12)][:_INTERPLAY_SHOWN]
    if not strong:
        return []
    labels = [label_of(each, found.plan.ingredients) for each in shares.shares]
    lines = ["", page.paint("together they do more, or less, than each alone", "dim")]
    return lines + [
        f"  {labels[each.first]} with {labels[each.second]}: {signed(each.amount)}" for each in strong
    ]


def _foot(found: Attribution, page: Page) -> list[str]:
    how = method_text(found, found.metrics[0])
    runs: Sequence[int] = sorted(made.run for made in found.mixtures if made.run)
    which = f"runs {runs[0]} to {runs[-1]}" if runs else "no run"
    cost = (
        f"{count_text(len(found.mixtures), 'mixture')} ({which}), {count_text(found.executed, 'call')} "
        f"executed, in {seconds_text(found.seconds)}."
    )
    text = f"Shares are {how}. {MEANING}"
    return [*(page.paint(line, "dim") for line in wrapped(text, page.width)), *wrapped(cost, page.width)]
