from __future__ import annotations

import pytest

from cuvee.engine.attempts import LONGEST_DELAY, Attempts, retry_delay, usual
from cuvee.model.order import Failure, LogChunk, Outcome
from cuvee.model.policy import Policy

VALUE_ERROR = ("builtins:ValueError", "builtins:Exception", "builtins:BaseException")


def failed(call=1, kinds=VALUE_ERROR):
    failure = Failure("ValueError", "no", "ValueError: no\n")
    return Outcome(
        call, "failed", 10.0, 0.5, failure=failure, kinds=kinds, logs=(LogChunk("stdout", "x", 0.0),)
    )


def test_a_call_that_asks_for_no_retries_is_not_tried_again():
    assert not Attempts().again(Policy(), failed(), b"seed", 0.0)


def test_a_call_is_tried_as_often_as_it_asks_and_each_attempt_is_remembered():
    attempts, policy = Attempts(), Policy(retries=2, retry_delay=0)
    assert [attempts.again(policy, failed(), b"seed", 0.0) for _ in range(3)] == [True, True, False]
    earlier, logs = attempts.earlier(1)
    assert len(earlier) == len(logs) == 2
    assert earlier[0].failure.message == "no"
    assert attempts.earlier(1) == ((), ())


@pytest.mark.parametrize(
    ("retry_on", "kinds", "again"),
    [
        (("builtins:Exception",), VALUE_ERROR, True),
        (("builtins:OSError",), VALUE_ERROR, False),
        (("builtins:OSError", "builtins:ValueError"), VALUE_ERROR, True),
        # sys.exit() is no exception that one would try again after, nor is a result of the wrong type.
        (("builtins:Exception",), ("builtins:SystemExit", "builtins:BaseException"), False),
        (("builtins:Exception",), (), False),
    ],
)
def test_only_what_is_worth_it_is_tried_again(retry_on, kinds, again):
    policy = Policy(retries=1, retry_on=retry_on)
    assert Attempts().again(policy, failed(kinds=kinds), b"seed", 0.0) is again


@pytest.mark.parametrize(("delay", "longest"), [(1e-9, LONGEST_DELAY), (0.0, 0.0)])
def test_a_delay_that_grows_beyond_all_numbers_is_the_longest(delay, longest):
    policy = Policy(retries=9, retry_delay=delay, backoff=1e300)
    assert 0.8 * longest <= retry_delay(policy, 9, b"seed") <= longest


def test_a_success_is_final():
    assert not Attempts().again(Policy(retries=3), Outcome(1, "succeeded", 0.0, 0.0), b"seed", 0.0)


def test_calls_are_due_in_the_order_of_their_times():
    attempts = Attempts()
    attempts.again(Policy(retries=1, retry_delay=50), failed(1), b"seed", 100.0)
    attempts.again(Policy(retries=1, retry_delay=5), failed(2), b"seed", 100.0)
    assert 3.9 < attempts.patience(100.0) <= 5.0
    assert attempts.due(100.0) == []
    assert attempts.due(105.0) == [2]
    assert attempts.due(150.0) == [1]
    assert attempts.patience(150.0) is None


def test_time_that_jumps_ahead_makes_a_call_due_and_loses_none():
    attempts = Attempts()
    for call in range(5):
        attempts.again(Policy(retries=1, retry_delay=call), failed(call), b"seed", 0.0)
    assert sorted(attempts.due(1e9)) == [0, 1, 2, 3, 4]


def test_delays_grow_within_bounds_and_differ_from_call_to_call():
    policy = Policy(retry_delay=2.0, backoff=3.0)
    for attempt in range(1, 4):
        whole = 2.0 * 3.0 ** (attempt - 1)
        assert 0.8 * whole <= retry_delay(policy, attempt, b"a") <= whole
    assert retry_delay(policy, 1, b"a") != retry_delay(policy, 1, b"b")
    assert retry_delay(policy, 1000, b"a") <= LONGEST_DELAY


def test_what_a_call_usually_takes_is_not_what_one_took():
    took = None
    for seconds in (0.1, *[0.001] * 10):
        took = usual(took, seconds)
    assert took < 0.002
    assert usual(took, 5.0) < 0.003


def test_calls_that_take_longer_than_they_did_are_known_for_it_soon():
    took = 0.001
    for _ in range(20):
        took = usual(took, 1.0)
    assert took > 0.5
