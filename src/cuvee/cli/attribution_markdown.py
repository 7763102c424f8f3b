"""An attribution as Markdown, to be pasted into a pull request."""

from __future__ import annotations

from cuvee.compare.attribution_words import (
    MEANING,
    between_text,
    effect_text,
    ends_text,
    finding_text,
    kind_of,
    label_of,
    method_text,
    sentence,
)
from cuvee.compare.summary import signed
from cuvee.model.attribution import Attribution, Share, Shares


def attribution_markdown(found: Attribution) -> list[str]:
    """The lines: for each metric a sentence and a table."""
    lines: list[str] = []
    for shares in found.metrics:
        lines += [*_metric_lines(shares, found), ""]
    lines += [f"- {finding_text(finding, found)}" for finding in found.findings]
    lines += [f"- Not mixed: {text}" for text in found.plan.unmixed]
    return [*lines, f"Shares are {method_text(found, found.metrics[0])}. {MEANING}"]


def _metric_lines(shares: Shares, found: Attribution) -> list[str]:
    ends = ends_text(shares, found)
    rows = [
        f"| {kind_of(each, found.plan.ingredients)} | {_code(label_of(each, found.plan.ingredients))} "
        f"| {signed(each.share)} | {_between(each)} | {effect_text(each.alone)} | {effect_text(each.last)} |"
        for each in shares.shares
    ]
    return [
        *([f"**{ends}**", ""] if ends else []),
        f"**{sentence(shares, found)}**",
        "",
        "| | change | share | between | alone | last |",
        "|---|---|---:|---:|---:|---:|",
        *rows,
        f"| | all | {signed(shares.delta)} | | | |",
    ]


def _code(name: str) -> str:
    return f"`{name}`".replace("|", "\\|")


def _between(share: Share) -> str:
    between = between_text(share)
    return f"{between}, inside the noise" if between and share.noise else between
