from __future__ import annotations

import random

import pytest

from cuvee.engine.attempts import usual
from cuvee.executors.placement import SHORT, Tried, is_fleeting, place
from cuvee.model.policy import PLAIN, Policy

FORK, SPAWN = 0.0, 1.0


def where(expected, more=0, busy=0, workers=2, start=FORK, policy=PLAIN):
    return place(policy, expected, more, busy, workers, lambda: start).where


@pytest.mark.parametrize(
    "policy", [Policy(isolated=True), Policy(timeout=1.0), Policy(memory_limit=1 << 20)], ids=str
)
def test_what_asks_for_a_process_of_its_own_gets_one(policy):
    assert where(None, policy=policy) == where(1e-6, workers=1, policy=policy) == "pool"


@pytest.mark.parametrize(
    ("situation", "place"),
    [
        # A chain: nothing would run beside it.
        ({"expected": 10.0}, "here"),
        ({"expected": None}, "here"),
        # One worker would be no gain.
        ({"expected": 10.0, "more": 9, "workers": 1}, "here"),
        # Long calls side by side.
        ({"expected": 0.25, "more": 1}, "pool"),
        ({"expected": 0.25, "more": 0, "busy": 1}, "pool"),
        # Short calls stay, unless they are many.
        ({"expected": 0.0001, "more": 100_000}, "here"),
        ({"expected": 0.002, "more": 10}, "here"),
        ({"expected": 0.002, "more": 1000}, "pool"),
        ({"expected": 0.002, "more": 0, "busy": 1}, "here"),
        # Unknown ones are tried where trying costs nothing.
        ({"expected": None, "more": 1}, "pool"),
        ({"expected": None, "more": 1, "start": SPAWN}, "here"),
        # Fresh workers have to be worth their start.
        ({"expected": 0.25, "more": 3, "start": SPAWN}, "here"),
        ({"expected": 0.25, "more": 39, "start": SPAWN}, "pool"),
        ({"expected": 5.0, "more": 1, "start": SPAWN}, "pool"),
    ],
    ids=str,
)
def test_the_place(situation, place):
    assert where(**situation) == place


@pytest.mark.parametrize("expected", [0.0, 1e-6, 9.99e-4])
@pytest.mark.parametrize("more", [0, 1, 10**9])
@pytest.mark.parametrize(("busy", "workers"), [(0, 1), (0, 2), (5, 64)])
def test_of_what_is_fleeting_nothing_else_has_to_be_known(expected, more, busy, workers):
    assert is_fleeting(expected)
    assert where(expected, more, busy, workers) == "here"


@pytest.mark.parametrize("expected", [None, 1e-3, 0.01, 100.0])
def test_other_calls_are_not_fleeting(expected):
    assert not is_fleeting(expected)


def test_every_decision_has_a_reason():
    for expected in (None, 1e-4, 3e-3, 1.0):
        for more in (0, 1, 10_000):
            for start in (FORK, SPAWN):
                assert place(PLAIN, expected, more, 0, 2, lambda start=start: start).why


def sent(true_seconds, *, noise, calls=2000):
    """How many calls of a map are sent to workers; each may wait for the processor, and the first does.

    Of calls that are ready, one runs here at a time, and 64 at most travel; what they took is known after.
    """
    draw, tried, took, away = random.Random(3), Tried(), None, 0

    def seconds():
        waits = left == calls or draw.random() < noise
        return true_seconds + (0.004 * draw.random() if waits else 0.0)

    left = calls
    while left:
        first = place(PLAIN, tried.expected("score", took), left - 1, 0, 2, lambda: FORK).where
        many = 1 if first == "here" or took is None or took >= SHORT else min(64, left)
        away += many if first == "pool" else 0
        for _ in range(many):
            each = seconds()
            tried.took("score", each)
            took = usual(took, each)
        left -= many
    return away


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_calls_that_are_short_stay_though_some_have_waited_for_the_processor(noise):
    assert sent(0.00005, noise=noise) <= 1


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_calls_that_are_worth_it_travel_after_a_few_were_tried(noise):
    assert sent(0.003, noise=noise) > 2000 * 0.95


def test_what_starting_costs_is_not_asked_where_it_does_not_matter():
    def asked():
        raise AssertionError

    assert place(PLAIN, 1e-5, 10, 0, 2, asked).where == "here"
    assert place(PLAIN, None, 0, 0, 2, asked).where == "here"
