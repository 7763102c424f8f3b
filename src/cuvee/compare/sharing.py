"""Sharing: from what mixtures came to, how much of a metric's difference each change did. Pure.

Changes that do not go together are found on the way: mixtures of them fail, and then they count as one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from cuvee.compare.noise import UNKNOWN, Interval, interval_of, mean_of, widened
from cuvee.compare.shares import (
    Mixture,
    Orders,
    Part,
    Turn,
    exact_parts,
    incompatible,
    interactions,
    is_whole,
    merged,
    sampled_parts,
)
from cuvee.model.attribution import End, Finding, Interplay, MadeMixture, Share, Shares

Made = Mapping[Turn, MadeMixture]
"""The mixtures that were made, by what is in them and by the number of the repeat."""


class Sharing:
    """Shares out what the mixtures of `count` changes came to, each made `repeats` times."""

    def __init__(self, orders: Orders, count: int, repeats: int, made: Made) -> None:
        self._orders = orders
        self._count = count
        self._repeats = repeats
        self._made = made
        self._found: list[Finding] = []

    def findings(self) -> tuple[Finding, ...]:
        """The changes that were found not to go together, the same pair of several metrics once."""
        return _each_once(self._found)

    def missing(self, metrics: Sequence[str]) -> list[Mixture]:
        """Mixtures that the orders need, now that it is known which changes do not go together."""
        found: dict[Mixture, None] = {}
        for metric in metrics:
            values = [self._values(metric, repeat) for repeat in range(self._repeats)]
            groups = self._grouped(metric, values, [])
            for order in self._orders.orders or ():
                found |= dict.fromkeys(_way(groups, order))
        return [mixture for mixture in found if Turn(mixture, 0) not in self._made]

    def shares(self, metric: str, recorded: tuple[float, float]) -> Shares | None:
        """Of one metric, which both ends have; None where not one order of the changes was made.

        `recorded` is what the two runs had come to."""
        values = [self._values(metric, repeat) for repeat in range(self._repeats)]
        groups = self._grouped(metric, values, self._found)
        parts, exact = self._parts(groups, values)
        if not parts:
            return None
        mean = _mean(values)
        a, b = (
            End(was, values[0][end], mean[end])
            for was, end in zip(recorded, self._orders.mixtures[:2], strict=True)
        )
        interplay = (Interplay(each.first, each.second, each.amount) for each in interactions(groups, mean))
        return Shares(metric, a, b, parts, tuple(interplay), exact)

    def _grouped(
        self, metric: str, values: Sequence[Mapping[Mixture, float]], findings: list[Finding]
    ) -> list[Mixture]:
        """The changes, those that do not go together as one; what was found of them goes to `findings`."""
        groups = [frozenset([at]) for at in range(self._count)]
        while pair := incompatible(groups, self._failed(groups, values), _everywhere(groups, values)):
            findings.append(self._finding(metric, groups, pair, values))
            groups = merged(groups, pair)
        return groups

    def _values(self, metric: str, repeat: int) -> dict[Mixture, float]:
        found = {}
        for (mixture, number), made in self._made.items():
            value = dict(made.metrics).get(metric, math.nan) if not made.problem else math.nan
            if number == repeat and math.isfinite(value):
                found[mixture] = value
        return found

    def _failed(self, groups: Sequence[Mixture], values: Sequence[Mapping[Mixture, float]]) -> list[Mixture]:
        """Mixtures of whole groups that were made and have no value."""
        made = {mixture for mixture, _ in self._made if is_whole(groups, mixture)}
        return [each for each in made if any(each not in known for known in values)]

    def _finding(
        self,
        metric: str,
        groups: Sequence[Mixture],
        pair: tuple[int, int],
        values: Sequence[Mapping[Mixture, float]],
    ) -> Finding:
        taken, left = groups[pair[0]], groups[pair[1]]
        failed = [each for each in self._failed(groups, values) if taken <= each and not left & each]
        found = (made for (mixture, _), made in self._made.items() if mixture in failed)
        problem = next((made.problem or f"it did not log {metric}" for made in found), "")
        return Finding(tuple(sorted(taken)), tuple(sorted(left)), (metric,), problem)

    def _parts(
        self, groups: Sequence[Mixture], values: Sequence[Mapping[Mixture, float]]
    ) -> tuple[tuple[Share, ...], bool]:
        """Of each group its share, from all mixtures where all were made, else from whole orders."""
        exact = self._is_complete(groups, values)
        orders = [] if exact else self._whole_orders(groups, values)
        if not exact and not orders:
            return (), False
        of_repeats = [
            [(part, UNKNOWN) for part in exact_parts(groups, each)]
            if exact
            else sampled_parts(groups, orders, each)
            for each in values
        ]
        shares = []
        for at, group in enumerate(groups):
            each = [parts[at] for parts in of_repeats]
            share = mean_of([part.share for part, _ in each])
            sampled = [interval for _, interval in each]
            noise = interval_of([part.share for part, _ in each])
            interval = noise if exact else widened(share, [noise, *sampled[:1]])
            shares.append(_share(group, share, interval, [part for part, _ in each]))
        return tuple(shares), exact

    def _is_complete(self, groups: Sequence[Mixture], values: Sequence[Mapping[Mixture, float]]) -> bool:
        count = 2 ** len(groups)
        return all(sum(is_whole(groups, each) for each in known) == count for known in values)

    def _whole_orders(
        self, groups: Sequence[Mixture], values: Sequence[Mapping[Mixture, float]]
    ) -> list[tuple[int, ...]]:
        """The orders, in pairs, all of whose mixtures were made."""
        known = set.intersection(*(set(each) for each in values))
        orders = self._orders.orders or _pairs_of(self._count)
        whole: list[tuple[int, ...]] = []
        for one, other in zip(orders[::2], orders[1::2], strict=True):
            if known.issuperset([*_way(groups, one), *_way(groups, other)]):
                whole += (one, other)
        return whole


def _share(group: Mixture, share: float, interval: Interval, parts: Sequence[Part]) -> Share:
    alone = [part.alone for part in parts if part.alone is not None]
    last = [part.last for part in parts if part.last is not None]
    return Share(
        tuple(sorted(group)),
        share,
        interval.low,
        interval.high,
        interval.has_nothing and interval.low != interval.high,
        mean_of(alone) if len(alone) == len(parts) else None,
        mean_of(last) if len(last) == len(parts) else None,
    )


def _mean(values: Sequence[Mapping[Mixture, float]]) -> dict[Mixture, float]:
    """The mean over repeats, of mixtures that all of them have."""
    known = set.intersection(*(set(each) for each in values))
    return {mixture: mean_of([each[mixture] for each in values]) for mixture in known}


def _everywhere(groups: Sequence[Mixture], values: Sequence[Mapping[Mixture, float]]) -> list[Mixture]:
    return [each for each in _mean(values) if is_whole(groups, each)]


def _way(groups: Sequence[Mixture], order: Sequence[int]) -> list[Mixture]:
    """The mixtures of whole groups on the way of an order of changes."""
    found: list[Mixture] = [frozenset()]
    for change in order:
        group = next(each for each in groups if change in each)
        found.append(found[-1] | group)
    return found


def _pairs_of(count: int) -> list[tuple[int, ...]]:
    """All orders of a few changes, each beside its reverse."""
    from itertools import permutations  # where there was no time for all mixtures

    return [
        each for order in permutations(range(count)) if order <= order[::-1] for each in (order, order[::-1])
    ]


def _each_once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same pair of several metrics as one finding."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], Finding] = {}
    for each in findings:
        key = (each.with_, each.without)
        if key in found:
            metrics = tuple(dict.fromkeys([*found[key].metrics, *each.metrics]))
            found[key] = Finding(*key, metrics, found[key].problem)
        else:
            found[key] = each
    return tuple(found.values())
