"""Calls that cross the end of a piece of Python's stack again and again, at whatever depth it lies."""

from __future__ import annotations

import resource

import pytest

from cuvee.ports.room import with_room

DEEP = 300
TIMES = 200


def down(depth: int, work) -> int:
    return work() if depth == 0 else down(depth - 1, work)


def crossings() -> int:
    """How often memory was taken anew while calls went up and down at one depth."""

    def work() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(TIMES):
            down(3, int)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    return max(down(depth, work) for depth in range(0, DEEP, 2))


def test_with_room_no_memory_is_taken_and_given_back_as_calls_come_and_go():
    assert crossings() >= TIMES, "Python does otherwise here: there is no use for room any more"
    assert with_room(crossings) < TIMES


def test_what_the_function_returns_or_raises_is_handed_on():
    assert with_room(lambda: 7) == 7
    with pytest.raises(KeyError, match="missing"):
        with_room(lambda: {}["missing"])
