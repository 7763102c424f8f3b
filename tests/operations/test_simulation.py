"""Whole runs in a world where workers die, outcomes come twice or late, writes fail and time jumps.

All of it is drawn from one seed; the calls, the store and the records are real.
"""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from cuvee.errors import RecordsFault
from cuvee.model.event import CallEnded
from cuvee.model.order import Failure, Outcome

PIPELINE = """
    import random

    @task(retries=20, retry_delay=0.01)
    def mix(n: int, xs: list[int]) -> int:
        return (n * 7 + sum(xs)) % 1000

    @task
    def spread(x: int) -> list[int]:
        return list(range(x % 4))

    @pipeline
    def main(seed: int):
        draw = random.Random(seed)
        made = []
        for n in range(8):
            made.append(mix(n, draw.sample(made, k=min(len(made), draw.randrange(3)))))
        # The graph goes on as the first part turns out.
        more = [mix(100 + n, made[-2:]) for n in range(result(made[-1]) % 3)]
        return mix(999, made + more), mix.map(spread(made[0]), xs=[1])
"""


class Weather:
    """An executor for which little goes as it should, and a clock that jumps."""

    def __init__(self, real, draw):
        self.real, self.draw = real, draw
        self.orders, self.told = [], []
        self.time = 0.0

    # The clock.

    def now(self):
        return self.draw.choice([1e9, 2e9, 1.5e9])

    def elapsed(self):
        self.time += self.draw.choice([1e-6, 1e-3, 0.1, 4000.0]) * self.draw.random()
        return self.time

    def sleep(self, seconds):
        self.time += seconds

    # The executor.

    @property
    def room(self):
        return max(0, 3 - len(self.orders))

    @property
    def side_by_side(self):
        return self.draw.random() < 0.5

    @property
    def spare(self):
        return self.draw.random() < 0.5 and len(self.orders) == 3

    @property
    def waiting(self):
        return max(0, len(self.orders) - 3)

    def submit(self, order, more=0):
        self.orders.append(order)

    def wait(self, timeout=None):
        if self.told and self.draw.random() < 0.3:
            return [self.draw.choice(self.told)]
        if not self.orders or (timeout is not None and self.draw.random() < 0.2):
            return []
        order = self.orders.pop(self.draw.randrange(len(self.orders)))
        if self.draw.random() < 0.2 and order.policy.retries:
            failure = Failure("WorkerDied", "its worker died", "WorkerDied\n")
            return [Outcome(order.call, "failed", 0.0, 0.1, failure=failure, kinds=("builtins:Exception",))]
        self.real.submit(order)
        (outcome,) = self.real.wait()
        self.told.append(outcome)
        return [outcome] * self.draw.choice([1, 1, 2])

    def cancel(self):
        self.orders.clear()

    def close(self):
        self.real.close()


class FailingLedger:
    """A ledger that cannot write at the `fails`-th commit."""

    def __init__(self, real, fails):
        self.real, self.left = real, fails

    def __getattr__(self, name):
        return getattr(self.real, name)

    def commit(self, run, batch):
        self.left -= 1
        if self.left == 0:
            raise RecordsFault("the disk is full")
        self.real.commit(run, batch)


def stormy(session, seed, fails=0):
    draw = random.Random(seed)
    weather = Weather(None, draw)

    def make_executor(*given):
        weather.real = session.make_executor(*given)
        return weather

    return replace(
        session, make_executor=make_executor, clock=weather, ledger=FailingLedger(session.ledger, fails)
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_run_comes_to_the_same_result_in_any_weather(project, seed):
    calm = project.session
    module = project.write(PIPELINE)
    project.session = stormy(calm, seed)
    run = project.run(seed=seed)
    assert run.status == "succeeded"
    assert list(run.result) == [module.main(seed)[0], module.main(seed)[1]]
    records = calm.queries.calls(run.number)
    assert all(record.status == "succeeded" for record in records)
    assert len({record.path for record in records}) == len(records)
    project.session = calm
    again = project.run(seed=seed)
    assert {call.decision for call in again.calls} == {"reused"}
    assert again.result == run.result


@pytest.mark.parametrize("seed", range(6))
def test_after_a_write_that_failed_the_next_run_goes_on_from_what_was_acknowledged(project, seed):
    calm = project.session
    project.write(PIPELINE)
    project.session = stormy(calm, seed, fails=3)
    with pytest.raises(RecordsFault, match="the disk is full"):
        project.run(seed=seed)
    ended = [event.call for event in project.events if isinstance(event, CallEnded)]
    acknowledged = {call.path for call in ended if call.status == "succeeded"}
    project.session = calm
    run = project.run(seed=seed)
    assert run.status == "succeeded"
    reused = {call.path for call in run.calls if call.decision == "reused"}
    assert acknowledged <= reused
