"""Shares of a difference: exact where all mixtures are known, estimated from whole orders otherwise."""

from __future__ import annotations

import math
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuvee.compare.noise import Interval, interval_of, widened
from cuvee.compare.shares import (
    exact_parts,
    incompatible,
    interactions,
    is_whole,
    merged,
    plan_orders,
    sampled_parts,
)


def mixtures(count):
    places = range(count)
    return list(map(frozenset, chain.from_iterable(combinations(places, size) for size in range(count + 1))))


def game(count, value):
    return {mixture: value(mixture) for mixture in mixtures(count)}


def single(count):
    return [frozenset([at]) for at in range(count)]


def test_changes_that_add_up_get_what_each_does():
    effects = [0.5, -2.0, 3.25, 0.0]
    parts = exact_parts(single(4), game(4, lambda taken: 10 + sum(effects[at] for at in taken)))
    assert [part.share for part in parts] == pytest.approx(effects, abs=1e-12)
    assert [part.alone for part in parts] == effects
    assert [part.last for part in parts] == effects


def test_what_two_do_together_is_halved():
    values = game(3, lambda taken: 6.0 * ({0, 1} <= taken) + 1.0 * (2 in taken))
    parts = exact_parts(single(3), values)
    assert [part.share for part in parts] == pytest.approx([3, 3, 1])
    assert [(part.alone, part.last) for part in parts] == [(0, 6), (0, 6), (1, 1)]
    strongest = interactions(single(3), values)[0]
    assert (strongest.first, strongest.second, strongest.amount) == (0, 1, pytest.approx(6))


def test_a_change_that_does_nothing_gets_exactly_nothing():
    values = game(4, lambda taken: 0.1 * math.prod([1.7 if at in taken else 0.3 for at in (0, 1, 3)]))
    assert exact_parts(single(4), values)[2].share == 0.0


@given(st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16))
def test_the_shares_sum_to_the_whole_difference(numbers):
    values = dict(zip(mixtures(4), numbers, strict=True))
    total = math.fsum(part.share for part in exact_parts(single(4), values))
    assert total == pytest.approx(values[frozenset(range(4))] - values[frozenset()], abs=1e-9)


@given(st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16))
def test_changes_that_do_the_same_get_the_same(numbers):
    known = dict(zip(mixtures(4), numbers, strict=True))
    swapped = {0: 1, 1: 0}
    both = {
        mixture: known[mixture] + known[frozenset(swapped.get(at, at) for at in mixture)]
        for mixture in mixtures(4)
    }
    parts = exact_parts(single(4), both)
    assert parts[0].share == pytest.approx(parts[1].share, abs=1e-9)


def test_few_changes_are_mixed_in_all_ways_and_the_ends_come_first():
    orders = plan_orders(3, 64)
    assert orders.orders is None
    assert len(set(orders.mixtures)) == len(orders.mixtures) == 8
    assert orders.mixtures[:2] == (frozenset(), frozenset({0, 1, 2}))


def test_many_changes_are_sampled_within_the_limit_and_always_the_same_way():
    orders = plan_orders(8, 60)
    assert orders == plan_orders(8, 60)
    assert orders.orders is not None
    assert len(orders.orders) >= 4
    assert len(orders.mixtures) <= 60
    assert all(one == other[::-1] for one, other in zip(orders.orders[::2], orders.orders[1::2], strict=True))


def test_sampled_shares_sum_to_the_whole_and_are_near_the_exact_ones():
    def value(taken):
        return sum(at + 1 for at in taken) + 4.0 * ({1, 5} <= taken) - 2.0 * ({0, 2, 3} <= taken)

    values = game(7, value)
    exact = [part.share for part in exact_parts(single(7), values)]
    plan = plan_orders(7, 100)
    sampled = sampled_parts(single(7), plan.orders, {each: values[each] for each in plan.mixtures})
    assert math.fsum(part.share for part, _ in sampled) == pytest.approx(value(frozenset(range(7))))
    for share, (part, interval) in zip(exact, sampled, strict=True):
        assert abs(part.share - share) < 1.0
        assert interval.low - 1e-9 <= part.share <= interval.high + 1e-9


def test_what_is_additive_is_exact_however_few_orders():
    plan = plan_orders(9, 2)
    assert len(plan.orders) == 2
    values = {each: float(sum(each)) for each in plan.mixtures}
    shares = [part.share for part, _ in sampled_parts(single(9), plan.orders, values)]
    assert shares == pytest.approx(list(range(9)))


def test_a_pair_that_does_not_go_together_is_found_and_counts_as_one():
    groups = single(3)
    failed = [each for each in mixtures(3) if 2 in each and 0 not in each]
    made = [each for each in mixtures(3) if each not in failed]
    assert incompatible(groups, failed, made) == (2, 0)
    joined = merged(groups, (2, 0))
    assert joined == [frozenset({0, 2}), frozenset({1})]
    assert not [each for each in failed if is_whole(joined, each)]
    values = {each: float(sum(each)) for each in made}
    assert [part.share for part in exact_parts(joined, values)] == pytest.approx([2, 1])
    assert incompatible(groups, [], made) is None


def test_an_order_of_changes_makes_a_group_where_its_first_is():
    groups = [frozenset({0, 2}), frozenset({1})]
    values = {frozenset(): 0.0, frozenset({0, 2}): 2.0, frozenset({1}): 5.0, frozenset({0, 1, 2}): 10.0}
    parts = sampled_parts(groups, [(2, 1, 0), (0, 1, 2)], values)
    assert [part.share for part, _ in parts] == [2.0, 8.0]


def test_the_interval_of_a_mean():
    assert interval_of([1.0]) == Interval(None, None)
    low, high = interval_of([1.0, 2.0, 3.0])
    assert (low, high) == pytest.approx((2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5))
    assert interval_of([1.0, -1.0]).has_nothing
    assert not interval_of([1.0, 1.01, 0.99]).has_nothing


def test_two_sources_of_error_widen_the_interval():
    assert widened(1.0, [Interval(-2.0, 4.0), Interval(-3.0, 5.0)]) == Interval(-4.0, 6.0)
    assert widened(1.0, [Interval(None, None)]) == Interval(None, None)
