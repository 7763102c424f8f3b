"""Shares: how much of a difference each of several changes did, from what their mixtures came to.

The shares are Shapley values (L. S. Shapley, "A value for n-person games", 1953): the effect of a change
averaged over all orders in which the changes could have been made. They are the only shares that sum to
the whole difference, treat equal changes equally and give nothing to a change that does nothing. With many
changes not all orders are looked at but a sample of them (Castro, Gómez and Tejada, "Polynomial
calculation of the Shapley value based on sampling", 2009). The same is done for distributions by
Budhathoki, Janzing, Blöbaum and Ng, "Why did the distribution change?" (2021; `dowhy.gcm`).

Pure: a mixture is the set of the changes that are in it, and values come in a mapping.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from random import Random
from typing import NamedTuple

from cuvee.compare.noise import Interval, interval_of

Mixture = frozenset[int]
"""The changes that are taken from the second run; all others are as in the first."""

Values = Mapping[Mixture, float]


class Turn(NamedTuple):
    """One mixture, made under one seed: `repeat` counts these."""

    mixture: Mixture
    repeat: int


class Part(NamedTuple):
    """What one change (or several that are not separated) did.

    `alone`: on the first run, without the others; `last`: to the second run, after all others. None where
    that mixture was not made.
    """

    share: float
    alone: float | None
    last: float | None


class Interaction(NamedTuple):
    """By how much two changes together do more than the sum of what each does; negative: less."""

    first: int
    second: int
    amount: float


class Orders(NamedTuple):
    """The orders to look at; None as `orders`: all of them, by all mixtures."""

    orders: tuple[tuple[int, ...], ...] | None
    mixtures: tuple[Mixture, ...]


def plan_orders(count: int, most: int, seed: int = 0) -> Orders:
    """Which mixtures to make of so many changes, at most `most` of them (but never less than two orders
    take): all where they are few enough, else those of randomly drawn orders, each with its reverse.
    The first two are the ends."""
    everything = frozenset(range(count))
    if 2**count <= most:
        return Orders(None, tuple(_all_mixtures(count)))
    drawn = Random(seed)  # noqa: S311 - the same orders every time
    mixtures: dict[Mixture, None] = {frozenset(): None, everything: None}
    orders: list[tuple[int, ...]] = []
    while True:
        order = tuple(drawn.sample(range(count), count))
        pair = (order, order[::-1])
        new = dict.fromkeys(each for one in pair for each in steps_of(one))
        if orders and (len(mixtures | new) > most or len(orders) >= most):
            break
        mixtures |= new
        orders += pair
    return Orders(tuple(orders), tuple(mixtures))


def steps_of(order: Sequence[int]) -> Iterator[Mixture]:
    """The mixtures on the way from one end to the other, in this order."""
    return (frozenset(order[:at]) for at in range(len(order) + 1))


def exact_parts(groups: Sequence[Mixture], values: Values) -> list[Part]:
    """Of each group of changes, from the values of all mixtures of whole groups."""
    count = len(groups)
    weights = [1 / (count * math.comb(count - 1, size)) for size in range(count)]
    parts = []
    for at, group in enumerate(groups):
        others = [each for n, each in enumerate(groups) if n != at]
        steps = [
            (weights[size], values[_union(chosen) | group] - values[_union(chosen)])
            for size in range(count)
            for chosen in combinations(others, size)
        ]
        parts.append(_part(math.fsum(weight * step for weight, step in steps), group, groups, values))
    return parts


def sampled_parts(
    groups: Sequence[Mixture], orders: Sequence[Sequence[int]], values: Values
) -> list[tuple[Part, Interval]]:
    """Of each group, the mean over these orders of what it did when it was made, with the interval that
    the true share lies in nineteen times out of twenty. An order and the next, its reverse, count as one."""
    steps: list[list[float]] = [[] for _ in groups]
    for order in orders:
        for at, step in enumerate(_steps(groups, order, values)):
            steps[at].append(step)
    found = []
    for group, each in zip(groups, steps, strict=True):
        pairs = [(one + other) / 2 for one, other in zip(each[::2], each[1::2], strict=True)]
        share = math.fsum(pairs) / len(pairs)
        found.append((_part(share, group, groups, values), interval_of(pairs)))
    return found


def interactions(groups: Sequence[Mixture], values: Values) -> list[Interaction]:
    """Of each pair of groups the interaction index (Grabisch and Roubens, 1999), over all mixtures of the
    others, the strongest first; of those pairs only for which all these mixtures were made."""
    found = []
    count = len(groups)
    for first, second in combinations(range(count), 2):
        others = [each for at, each in enumerate(groups) if at not in (first, second)]
        pair = groups[first], groups[second]
        total = 0.0
        try:
            for size in range(count - 1):
                weight = 1 / ((count - 1) * math.comb(count - 2, size))
                for chosen in combinations(others, size):
                    total += weight * _second_difference(_union(chosen), pair, values)
        except KeyError:
            continue
        found.append(Interaction(first, second, total))
    return sorted(found, key=lambda each: -abs(each.amount))


def incompatible(
    groups: Sequence[Mixture], failed: Iterable[Mixture], made: Iterable[Mixture]
) -> tuple[int, int] | None:
    """Two groups that don't go together: of which the mixtures that have the first without the second
    fail, as many of them as there are; None where nothing failed."""
    wrong, right = list(failed), list(made)
    if not wrong:
        return None

    def fits(pair: tuple[int, int], mixtures: Sequence[Mixture]) -> int:
        taken, left = groups[pair[0]], groups[pair[1]]
        return sum(taken <= each and not left & each for each in mixtures)

    pairs = [(one, other) for one in range(len(groups)) for other in range(len(groups)) if one != other]
    return max(pairs, key=lambda pair: (fits(pair, wrong), -fits(pair, right)))


def merged(groups: Sequence[Mixture], pair: tuple[int, int]) -> list[Mixture]:
    """The groups, two of them as one, in the place of the first."""
    first, second = sorted(pair)
    joined = groups[first] | groups[second]
    return [joined if at == first else each for at, each in enumerate(groups) if at != second]


def is_whole(groups: Sequence[Mixture], mixture: Mixture) -> bool:
    """Whether a mixture has each group whole or not at all."""
    return all(group <= mixture or not group & mixture for group in groups)


def _all_mixtures(count: int) -> Iterator[Mixture]:
    yield frozenset()
    yield frozenset(range(count))
    for size in range(1, count):
        yield from map(frozenset, combinations(range(count), size))


def _steps(groups: Sequence[Mixture], order: Sequence[int], values: Values) -> list[float]:
    """What each group did in this order of changes; a group is made where the first of it is."""
    steps = [0.0] * len(groups)
    before: Mixture = frozenset()
    for change in order:
        at = next(n for n, group in enumerate(groups) if change in group)
        after = before | groups[at]
        if after != before:
            steps[at] = values[after] - values[before]
            before = after
    return steps


def _part(share: float, group: Mixture, groups: Sequence[Mixture], values: Values) -> Part:
    everything = _union(groups)
    alone, without = values.get(group), values.get(everything - group)
    return Part(
        share,
        None if alone is None else alone - values[frozenset()],
        None if without is None else values[everything] - without,
    )


def _second_difference(others: Mixture, pair: tuple[Mixture, Mixture], values: Values) -> float:
    one, other = pair
    both = values[others | one | other]
    return both - values[others | one] - values[others | other] + values[others]


def _union(groups: Iterable[Mixture]) -> Mixture:
    return frozenset().union(*groups)
