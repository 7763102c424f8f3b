"""The memory of a call: the highest that its process held, where the system tells."""

from __future__ import annotations

import os

import pytest

from cuvee.perform import memory
from cuvee.perform.memory import WORTH_WEIGHING, Memory

MUCH = 200_000_000


def hold(size: int = MUCH) -> None:
    held = bytearray(size)
    held[::4096] = b"x" * len(held[::4096])


@pytest.fixture
def begins_anew() -> None:
    if not os.access("/proc/self/clear_refs", os.W_OK):
        pytest.skip("this system cannot be told to begin anew")


@pytest.mark.usefixtures("begins_anew")
def test_a_call_is_told_its_own_peak_and_not_that_of_the_one_before():
    weighed = Memory()
    weighed.begin(0.0)
    hold()
    first = weighed.end(1.0)
    weighed.begin(1.0)
    second = weighed.end(1.0)
    assert first is not None
    assert second is not None
    assert first > second + MUCH // 2


@pytest.mark.usefixtures("begins_anew")
def test_between_calls_that_follow_closely_it_is_not_begun_anew():
    weighed = Memory()
    weighed.begin(0.0)
    hold()
    weighed.begin(WORTH_WEIGHING / 2)
    close = weighed.end(1.0)
    weighed.begin(1.0)
    assert close is not None
    assert close > (weighed.end(1.0) or 0) + MUCH // 2


def test_of_a_short_call_nothing_is_asked(monkeypatch):
    weighed = Memory()
    weighed.begin(0.0)
    monkeypatch.setattr(memory, "_highest", lambda: pytest.fail("asked"))
    assert weighed.end(WORTH_WEIGHING / 2) is None


def test_where_it_cannot_begin_anew_the_highest_ever_is_known_and_nothing_below(monkeypatch):
    highest = iter([100, 150, 150, 150])
    monkeypatch.setattr(memory, "_begin_anew", lambda: False)
    monkeypatch.setattr(memory, "_highest_ever", lambda: next(highest))
    weighed = Memory()
    weighed.begin(0.0)
    assert weighed.end(1.0) == 150
    weighed.begin(1.0)
    assert weighed.end(1.0) is None
