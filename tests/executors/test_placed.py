from __future__ import annotations

import os

import pytest
from made_executors import make_in_process, make_pool

from cuvee.executors.placed import PlacedExecutor
from cuvee.model.order import Live
from cuvee.model.policy import Policy
from cuvee.testing.executors import ExecutorContract, order, perform, perform_all, value_of


class TestPlaced(ExecutorContract):
    def make(self, home, hear):
        return PlacedExecutor(make_in_process(home, hear), lambda: make_pool(home, hear), 2, lambda _: None)


@pytest.fixture
def notes():
    return []


@pytest.fixture
def placed(home, notes):
    def ignore(*line):
        pass

    executor = PlacedExecutor(make_in_process(home, ignore), lambda: make_pool(home, ignore), 2, notes.append)
    yield executor
    executor.close()


def pids(home, outcomes):
    return {value_of(home, outcome.artifact) for outcome in outcomes}


def test_a_chain_runs_here(placed, home):
    assert pids(home, [perform(placed, order(home, os.getpid)) for _ in range(3)]) == {os.getpid()}


def test_long_calls_that_are_ready_together_run_in_workers(placed, home):
    # As many as there are workers: one more would be ready alone, once the others are done, and run here.
    outcomes = perform_all(placed, [order(home, os.getpid, expected=2.0) for _ in range(2)])
    assert len(outcomes) == 2
    assert os.getpid() not in pids(home, outcomes)


def test_what_a_worker_refuses_runs_here_and_is_told_once(placed, home, notes):
    import threading

    orders = [
        order(home, type, (("x", "POSITIONAL_ONLY"),), expected=2.0, x=Live(threading.Lock()))
        for _ in range(3)
    ]
    outcomes = perform_all(placed, orders)
    assert [outcome.call for outcome in outcomes] != []
    assert "refused" not in {outcome.status for outcome in outcomes}
    assert len(notes) == 1
    assert "runs in the process of the run, not in a worker: lock cannot be pickled" in notes[0]


def test_what_needs_a_process_of_its_own_does_not_run_here(placed, home, notes):
    import threading

    lock = Live(threading.Lock())
    alone = order(home, id, (("x", "POSITIONAL_ONLY"),), policy=Policy(isolated=True), x=lock)
    assert perform(placed, alone).status == "refused"
