"""Which calls are handed to an executor that is busy, and when it is told that they have begun."""

from __future__ import annotations

import functools
from types import SimpleNamespace

import pytest

from cuvee.engine.performing import Performing
from cuvee.engine.scheduler import Scheduler
from cuvee.model.event import CallBegan
from cuvee.model.graph import STRIDE


class Busy:
    """An executor with one place, which takes one more. After a failure that does not begin at once."""

    side_by_side = True
    status = "succeeded"
    held = 0

    def __init__(self):
        self.taken = []

    @property
    def room(self):
        return int(not self.taken)

    @property
    def spare(self):
        return len(self.taken) == 1

    @property
    def waiting(self):
        return max(0, len(self.taken) - 1 + self.held)

    def submit(self, order, more=0):
        self.taken.append(order)

    def wait(self, timeout=None):
        if timeout == 0.0:
            self.held, outcomes = 0, []  # now it begins
        else:
            outcomes = [SimpleNamespace(call=self.taken.pop(0), status=self.status)]
            self.held = int(self.status == "failed" and bool(self.taken))
        return outcomes


@pytest.fixture
def elsewhere():
    return SimpleNamespace(waiting={}, claims=lambda *_: False)


@pytest.fixture
def scheduler():
    return Scheduler()


@pytest.fixture
def told():
    return []


@pytest.fixture
def executor():
    return Busy()


@pytest.fixture
def performing(elsewhere, executor, scheduler, told):
    orders = SimpleNamespace(expected=lambda _: None, order=lambda work, _: work.call.id)
    journal = SimpleNamespace(commit=lambda: None, patience=lambda: None)
    lookup = SimpleNamespace(seconds=lambda _: {})
    return Performing(
        lookup,
        orders,
        elsewhere,
        SimpleNamespace(note=lambda *_: None),
        executor,
        journal,
        None,
        told.append,
        None,
        scheduler.releases,
        True,
    )


def ready(performing, scheduler, *nodes):
    for instruction in scheduler.add(nodes):
        call, reason = instruction.call, SimpleNamespace(text="new")
        performing.ready.add(SimpleNamespace(call=call, decision=SimpleNamespace(reason=reason)))


def began(told):
    return [event.path for event in told if isinstance(event, CallBegan)]


def test_a_call_that_goes_ahead_is_told_to_begin_when_a_place_is_free(performing, scheduler, told, call):
    ready(performing, scheduler, call(0), call(1), call(2))
    performing.begin()
    assert performing.room
    performing.begin()
    assert not performing.room
    assert began(told) == ["t0"]
    assert [outcome.call for outcome in performing.wait()] == [0]
    assert began(told) == ["t0", "t1"]


def test_nothing_goes_ahead_of_what_the_end_of_another_call_may_release(performing, scheduler, call):
    ready(performing, scheduler, call(0), call(1), call(2, 0))
    performing.begin()
    assert not performing.room
    (outcome,) = performing.wait()
    performing.came(outcome)
    assert performing.room


def test_a_call_goes_ahead_where_what_follows_waits_for_it_too(performing, scheduler, call):
    ready(performing, scheduler, call(0), call(1), call(2, 0, 1))
    performing.begin()
    assert performing.room


def test_nothing_goes_ahead_while_another_run_computes_the_same(performing, scheduler, elsewhere, call):
    ready(performing, scheduler, call(0), call(1))
    performing.begin()
    elsewhere.waiting[STRIDE] = call(1)
    assert not performing.room


def test_what_was_held_back_by_a_failure_is_told_to_begin_when_it_does(
    performing, executor, scheduler, told, call
):
    executor.status = "failed"
    ready(performing, scheduler, call(0), call(1))
    performing.begin()
    performing.begin()
    (outcome,) = performing.wait()
    performing.came(outcome)
    assert began(told) == ["t0"]
    executor.wait = functools.partial(told_when_asked, executor.wait, told)
    performing.wait()
    assert told[-1] == ["t0", "t1"]


def told_when_asked(wait, told, timeout=None):
    """Note what had been told by the time that somebody waits for an outcome."""
    if timeout != 0.0:
        told.append(began(told))
    return wait(timeout)
