from __future__ import annotations

import datetime as dt

import pytest

from cuvee import task
from cuvee.errors import DefinitionError
from cuvee.model.policy import PLAIN


def train(x: int) -> int:
    return x


def policy(**options):
    return task(**options)(train).policy


class Flaky(Exception):
    pass


def test_a_task_without_options_has_no_policy_of_its_own():
    assert task(train).policy is None


def test_options_are_read():
    found = policy(
        retries=3,
        retry_delay="10s",
        backoff=1.5,
        retry_on=(OSError, Flaky),
        timeout="1h30m",
        memory_limit="16GB",
        isolated=True,
        priority=-2,
        cpus=4,
    )
    assert (found.retries, found.retry_delay, found.backoff) == (3, 10.0, 1.5)
    assert found.retry_on == ("builtins:OSError", f"{__name__}:Flaky")
    assert (found.timeout, found.memory_limit) == (5400.0, 16_000_000_000)
    assert (found.isolated, found.priority, found.cpus) == (True, -2, 4)


def test_a_duration_can_be_a_number_or_a_timedelta():
    assert policy(timeout=2).timeout == 2.0
    assert policy(timeout=dt.timedelta(minutes=1)).timeout == 60.0


def test_options_of_one_call_replace_those_of_the_task():
    often = task(retries=3, timeout="1m")(train)
    changed = often.options(retries=1)
    assert (changed.policy.retries, changed.policy.timeout) == (1, 60.0)
    assert often.policy.retries == 3


def test_a_name_of_one_call_leaves_the_rest_as_it_was():
    assert task(retries=3)(train).options(name="other").policy.retries == 3
    assert PLAIN.retries == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retries": -1}, "retries=-1: it takes how often to try again, a whole number from 0"),
        ({"retries": True}, "retries=True: it takes"),
        ({"retry_delay": "10q"}, "retry_delay='10q': it takes a duration: seconds, a text such as '90s'"),
        ({"timeout": 0}, "timeout=0: it takes a duration"),
        ({"timeout": float("nan")}, "timeout=nan: it takes a duration"),
        ({"backoff": 0.5}, "backoff=0.5: it takes a factor from 1"),
        ({"retry_on": "OSError"}, "retry_on='OSError': it takes a class of exceptions"),
        ({"retry_on": (OSError, 3)}, "it takes a class of exceptions, or a tuple of them"),
        ({"retry_on": KeyboardInterrupt}, "it takes a class of exceptions"),
        ({"memory_limit": "much"}, "memory_limit='much': it takes a size: bytes, or a text such as '500MB'"),
        ({"isolated": 1}, "isolated=1: it takes True or False"),
        ({"priority": 1.5}, "priority=1.5: it takes a whole number"),
        ({"cpus": 0}, "cpus=0: it takes a number of cores"),
    ],
    ids=str,
)
def test_what_an_option_cannot_be_is_told_where_the_task_stands(options, message):
    with pytest.raises(DefinitionError) as caught:
        policy(**options)
    assert message in str(caught.value)
    assert f"train ({__file__}:" in str(caught.value)


def test_an_option_that_there_is_not_is_told_with_those_that_there_are():
    with pytest.raises(TypeError, match=r"has no option 'retires'\. There are: name, cache, seed, retries"):
        task(retires=3)
    with pytest.raises(TypeError, match=r"train.options\(\) has no option 'gpus'"):
        task(train).options(gpus=1)
