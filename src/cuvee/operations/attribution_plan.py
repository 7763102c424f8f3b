"""The plan of an attribution: which mixtures, how many calls at most, and how long. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.compare.shares import Mixture, Orders
from cuvee.model.attribution import AttributionPlan
from cuvee.model.difference import CallDifference
from cuvee.model.record import CallRecord
from cuvee.operations.attribution_inputs import Inputs


def plan_attribution(inputs: Inputs, orders: Orders, trees: int, repeats: int) -> AttributionPlan:
    """What will be made. Calls are counted from what reaches what: those that come to the same as before
    and so stop the wave are not known yet, so there are at most so many."""
    reached = _reached(inputs)
    new: dict[str, int] = {}
    for path, by in reached.items():
        kinds = {mixture & by for mixture in orders.mixtures}
        # Both ends are on record; with other seeds, or what is not mixed as it is now, they are not.
        ends = set() if inputs.unmixed else {frozenset(), by}
        new[path] = len(kinds - ends) + (repeats - 1) * len(kinds)
    seconds = {call.path: _seconds(call) for call in inputs.difference.calls}
    needed = [(count, seconds.get(path)) for path, count in new.items() if count]
    known = [count * each for count, each in needed if each is not None]
    return AttributionPlan(
        inputs.a.number,
        inputs.b.number,
        inputs.ingredients,
        inputs.unmixed,
        len(orders.mixtures) * repeats,
        sum(count for count, _ in needed),
        sum(known) if len(known) == len(needed) else None,
        trees,
        0 if orders.orders is None else len(orders.orders),
        repeats,
    )


def _reached(inputs: Inputs) -> dict[str, Mixture]:
    """For each call, the ingredients that it depends on, by itself or through what it takes."""
    direct: dict[str, set[int]] = {call.path: set() for call in inputs.difference.calls}
    for at, ingredient in enumerate(inputs.ingredients):
        paths = ingredient.calls or tuple(direct)
        for path in paths:
            direct.setdefault(path, set()).add(at)
    makers = _makers(inputs.calls)
    changed = True
    while changed:
        changed = False
        for path, sources in makers.items():
            more = set().union(*(direct.get(each, set()) for each in sources)) - direct.setdefault(
                path, set()
            )
            if more:
                direct[path] |= more
                changed = True
    return {path: frozenset(by) for path, by in direct.items() if by}


def _makers(calls: tuple[Sequence[CallRecord], Sequence[CallRecord]]) -> dict[str, set[str]]:
    """For each call, those whose results it takes, in either run."""
    paths = {call.path for each in calls for call in each}
    found: dict[str, set[str]] = {}
    for each in calls:
        for call in each:
            origins = (part.origin for part in call.components if part.origin)
            names = (name for origin in origins for name in origin.split(", "))
            found.setdefault(call.path, set()).update(maker for n in names for maker in _of(n, paths))
    return found


def _of(name: str, paths: set[str]) -> list[str]:
    whole = name
    while name and name not in paths:
        name = name.rpartition(".")[0]
    return [name] if name else [path for path in paths if path.startswith(f"{whole}[")]


def _seconds(call: CallDifference) -> float | None:
    known = [each for each in (call.a_seconds, call.b_seconds) if each is not None]
    return sum(known) / len(known) if known else None
