"""An attribution in words: one sentence for each metric, and what the numbers mean. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.compare.phrases import listed
from cuvee.compare.summary import signed, told_apart
from cuvee.model.attribution import Attribution, End, Finding, Ingredient, Share, Shares

MEANING = (
    "A share is what a change did to the metric, averaged over all orders in which the changes could "
    "have been made (Shapley value); the shares sum to the whole difference. It tells of these two runs and "
    "this data, not of what the change would do elsewhere."
)
"""What a share is."""


def label_of(share: Share, ingredients: Sequence[Ingredient]) -> str:
    """The changes of a share, by name: `max_depth`, `clean + scale`."""
    return " + ".join(ingredients[at].name for at in share.ingredients)


def kind_of(share: Share, ingredients: Sequence[Ingredient]) -> str:
    """The kind of what was changed; of several kinds each once: `code, data`."""
    return ", ".join(dict.fromkeys(ingredients[at].kind for at in share.ingredients))


def between_text(share: Share) -> str:
    """`−0.021 … −0.004`, where repeats have put the share; "" where it was measured once."""
    if share.low is None or share.high is None:
        return ""
    return f"{signed(share.low)} … {signed(share.high)}"


def effect_text(effect: float | None) -> str:
    """What a change did alone, or as the last; "" where that was not measured."""
    return "" if effect is None else signed(effect)


def sentence(shares: Shares, found: Attribution) -> str:
    """`rmse fell from 0.717 to 0.701 (−0.016): −0.012 from clean, −0.004 from wine_quality.csv`."""
    plan = found.plan
    a, b = told_apart(shares.a.measured, shares.b.measured)
    if shares.delta == 0:
        return f"{shares.metric} did not move: it is {a} in both"
    verb = "rose" if shares.delta > 0 else "fell"
    mean = f", as the mean of {plan.repeats} seeds" if plan.repeats > 1 else ""
    ranked = sorted(shares.shares, key=lambda each: -abs(each.share))
    told = [
        f"{signed(each.share)} from {label_of(each, plan.ingredients)}"
        f"{' (inside the noise)' if each.noise else ''}"
        for each in ranked
        if each.share
    ]
    nothing = [label_of(each, plan.ingredients) for each in ranked if not each.share]
    idle = f"; {listed(nothing)} did nothing" if nothing else ""
    return f"{shares.metric} {verb} from {a} to {b} ({signed(shares.delta)}{mean}): {listed(told, 5)}{idle}"


def ends_text(shares: Shares, found: Attribution) -> str:
    """That a run could not be had again as it was; "" where both could."""
    told = [
        _end_text(shares.metric, number, end)
        for number, end in ((found.plan.a, shares.a), (found.plan.b, shares.b))
        if not end.is_same
    ]
    if not told:
        return ""
    return f"{' and '.join(told)}: the shares are of the values measured now"


def finding_text(finding: Finding, found: Attribution) -> str:
    """Which changes do not go together, and how that showed."""
    names = [
        " + ".join(found.plan.ingredients[at].name for at in each)
        for each in (finding.with_, finding.without)
    ]
    return (
        f"{names[0]} and {names[1]} count as one change: with {names[0]} and without {names[1]} there is no "
        f"{listed(finding.metrics)} ({finding.problem})"
    )


def unmixed_text(unmixed: str) -> str:
    """That a change is in all mixtures, and so in no share."""
    return f"Not mixed: {unmixed}. Every mixture has it as it is now, so no share has it."


def has_intervals(shares: Shares) -> bool:
    """Whether anything of it was measured more than once."""
    return any(each.low is not None for each in shares.shares)


def chance_text(found: Attribution) -> str:
    """What is not known of chance; "" where the intervals tell."""
    if found.plan.repeats == 1:
        return (
            "Chance was not measured: --repeats 5 makes each mixture under five seeds, and shows intervals."
        )
    if any(each.low != each.high for shares in found.metrics for each in shares.shares):
        return ""
    return (
        "Every repeat gave the same: no call draws random numbers that the run's seed reaches. --vary "
        "names parameters that are seeds, as in --vary split.seed."
    )


def method_text(found: Attribution, shares: Shares) -> str:
    """How the shares came about."""
    plan = found.plan
    count = len(plan.ingredients)
    changes = f"{count} change{'' if count == 1 else 's'}"
    how = (
        f"exact, over all {2**count} mixtures of {changes}"
        if shares.exact
        else f"estimated from {plan.orders or 'some'} orders of {changes}"
    )
    repeats = f", each under {plan.repeats} seeds" if plan.repeats > 1 else ""
    return f"{how}{repeats}"


def _end_text(metric: str, number: int, end: End) -> str:
    recorded, measured = told_apart(end.recorded, end.again)
    return f"{metric} of run {number} was {recorded} when it ran and is {measured} now"
