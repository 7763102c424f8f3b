"""Attributions as JSON objects: what `attribute --json` prints. Pure; keys are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cuvee.compare.attribution_words import finding_text, kind_of, label_of, sentence
from cuvee.model.attribution import Attribution, AttributionPlan, Ingredient, MadeMixture, Share, Shares
from cuvee.operations.json_values import number

Json = dict[str, Any]


def attribution_report(found: Attribution) -> Json:
    """The whole attribution. The first metric stands at the top, too."""
    metrics = [_metric(shares, found) for shares in found.metrics]
    return {
        **metrics[0],
        "metrics": metrics,
        "mixtures": len(found.mixtures),
        "executed_calls": found.executed,
        "seconds": number(found.seconds),
        "runs": {"a": found.plan.a, "b": found.plan.b},
        "repeats": found.plan.repeats,
        "steady": found.steady,
        "unmixed": list(found.plan.unmixed),
        "findings": [
            {
                "with": _names(finding.with_, found.plan.ingredients),
                "without": _names(finding.without, found.plan.ingredients),
                "metrics": list(finding.metrics),
                "problem": finding.problem,
                "text": finding_text(finding, found),
            }
            for finding in found.findings
        ],
        "made": [_mixture(made, found.plan.ingredients) for made in found.mixtures],
    }


def plan_report(plan: AttributionPlan) -> Json:
    """The plan alone."""
    return {
        "runs": {"a": plan.a, "b": plan.b},
        "changes": [_ingredient(each) for each in plan.ingredients],
        "unmixed": list(plan.unmixed),
        "mixtures": plan.mixtures,
        "calls": plan.calls,
        "seconds": None if plan.seconds is None else number(plan.seconds),
        "source_trees": plan.snapshots,
        "orders": plan.orders or None,
        "repeats": plan.repeats,
    }


def _metric(shares: Shares, found: Attribution) -> Json:
    labels = [label_of(each, found.plan.ingredients) for each in shares.shares]
    return {
        "metric": shares.metric,
        "a": number(shares.a.measured),
        "b": number(shares.b.measured),
        "delta": number(shares.delta),
        "recorded": {"a": number(shares.a.recorded), "b": number(shares.b.recorded)},
        "summary": sentence(shares, found),
        "exact": shares.exact,
        "changes": [_share(each, found.plan.ingredients) for each in shares.shares],
        "interactions": [
            {"changes": [labels[each.first], labels[each.second]], "amount": number(each.amount)}
            for each in shares.interplay
        ],
    }


def _share(share: Share, ingredients: Sequence[Ingredient]) -> Json:
    found = [ingredients[at] for at in share.ingredients]
    return {
        "kind": kind_of(share, ingredients),
        "path": found[0].path,
        "name": label_of(share, ingredients),
        "share": number(share.share),
        "low": _maybe(share.low),
        "high": _maybe(share.high),
        "noise": share.noise,
        "alone": _maybe(share.alone),
        "last": _maybe(share.last),
        "texts": [text for each in found for text in each.texts],
    }


def _ingredient(each: Ingredient) -> Json:
    return {
        "kind": each.kind,
        "path": each.path,
        "name": each.name,
        "texts": list(each.texts),
        "calls": list(each.calls),
    }


def _mixture(made: MadeMixture, ingredients: Sequence[Ingredient]) -> Json:
    return {
        "run": made.run or None,
        "taken": _names(made.taken, ingredients),
        "repeat": made.repeat,
        "metrics": {name: number(value) for name, value in made.metrics},
        "executed_calls": made.executed,
        "seconds": number(made.seconds),
        "problem": made.problem or None,
    }


def _names(places: Sequence[int], ingredients: Sequence[Ingredient]) -> list[str]:
    return [ingredients[at].name for at in places]


def _maybe(value: float | None) -> Any:
    return None if value is None else number(value)
