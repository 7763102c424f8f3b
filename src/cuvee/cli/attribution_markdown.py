"""An attribution as Markdown, to be pasted into a pull request."""

from __future__ import annotations

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
from cuvee.compare.summary import signed
from cuvee.model.attribution import Attribution, Share, Shares


def attribution_markdown(found: Attribution) -> list[str]:
    """The lines: for each metric a sentence and a table."""
    lines: list[str] = []
    for shares in found.metrics:
        lines += [*_metric_lines(shares, found), ""]
    told = [f"- {finding_text(finding, found)}" for finding in found.findings]
    told += [f"- {unmixed_text(text)}" for text in found.plan.unmixed]
    lines += [*told, ""] if told else []
    chance = chance_text(found)
    lines += [chance, ""] if chance else []
    return [*lines, f"Shares are {method_text(found, found.metrics[0])}. {MEANING}"]


def _metric_lines(shares: Shares, found: Attribution) -> list[str]:
    ends = ends_text(shares, found)
    intervals = has_intervals(shares)
    rows = [
        f"| {kind_of(each, found.plan.ingredients)} | {_code(label_of(each, found.plan.ingredients))} "
        f"| {signed(each.share)} {f'| {_between(each)} ' if intervals else ''}"
        f"| {effect_text(each.alone)} | {effect_text(each.last)} |"
        for each in shares.shares
    ]
    return [
        *([f"**{ends}**", ""] if ends else []),
        f"**{sentence(shares, found)}**",
        "",
        f"| | change | share {'| between ' if intervals else ''}| alone | last |",
        f"|---|---|---:{'|---:' if intervals else ''}|---:|---:|",
        *rows,
        f"| | all | {signed(shares.delta)} {'| ' if intervals else ''}| | |",
    ]


def _code(name: str) -> str:
    return f"`{name}`".replace("|", "\\|")


def _between(share: Share) -> str:
    between = between_text(share)
    return f"{between}, inside the noise" if between and share.noise else between
