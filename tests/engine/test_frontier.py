from __future__ import annotations

import pytest

from cuvee.engine.frontier import PART, Frontier
from cuvee.model.graph import Call, TaskInfo
from cuvee.model.policy import Policy


def call(number: int, priority: int = 0) -> Call:
    return Call(number, f"t{number}", TaskInfo("m:t", "t", print, (), policy=Policy(priority=priority)), ())


@pytest.fixture
def frontier() -> Frontier:
    return Frontier()


def taken(frontier: Frontier) -> list[int]:
    return [each.id for each in frontier.take()]


def test_calls_come_as_they_were_traced_but_higher_priorities_first(frontier):
    for each in (call(3), call(1), call(4, priority=1), call(2)):
        frontier.add(each)
    assert taken(frontier) == [4, 1, 2, 3]
    assert not frontier


def test_many_come_in_parts(frontier):
    for number in range(PART + 7):
        frontier.add(call(number))
    assert len(frontier) == PART + 7
    assert taken(frontier) == list(range(PART))
    frontier.add(call(PART + 100))
    assert taken(frontier) == list(range(PART, PART + 7))
    assert taken(frontier) == [PART + 100]


def test_what_waits_its_turn_comes_back_when_something_has_ended(frontier):
    frontier.hold(call(1))
    assert not frontier.release()
    assert not frontier
    frontier.ended()
    assert frontier.release()
    assert taken(frontier) == [1]
    frontier.ended()
    assert not frontier.release()
