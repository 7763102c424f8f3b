"""Two runs on one store at the same time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cuvee.model.event import Warned
from cuvee.operations.run import run
from cuvee.wiring import open_session

PIPELINE = """
    @task
    def slow(x: int) -> int:
        print("performed")
        return x + 1

    @task
    def after(x: int) -> int:
        return x * 10

    @pipeline
    def main():
        return after(slow(1))
"""


class Claimed:
    """Claims of a run that meets another one at its first call; `then()` is what becomes of that."""

    def __init__(self, then):
        self.then, self.asked = then, 0

    def take(self, key):
        self.asked += 1
        if self.asked == 1:
            return False
        if self.asked == 2:
            self.then()
        return True

    def drop(self, key):
        pass

    def close(self):
        pass


@pytest.fixture
def meeting(project):
    """Run the pipeline, with another run in the middle of its first call that ends as `then` says."""
    project.write(PIPELINE)
    calm = project.session

    def meet(then):
        project.session = replace(calm, make_claims=lambda: Claimed(then))
        return project.run()

    yield meet
    project.session = calm


def test_a_call_that_another_run_computes_is_waited_for_and_taken(project, meeting):
    other = open_session(project.root)

    def finish():
        assert run(other, project.module.main, {}).status == "succeeded"

    here = meeting(finish)
    other.close()
    assert here.status == "succeeded"
    assert here.result == 20
    assert {call.decision for call in here.calls} == {"reused"}
    assert here["slow"].reason == "nothing it depends on changed since run 2"
    assert [event.text for event in project.events if isinstance(event, Warned)] == [
        "slow is being computed by another run; its result is waited for"
    ]


def test_a_call_whose_run_has_died_is_performed_here(project, meeting):
    here = meeting(lambda: None)
    assert here.status == "succeeded"
    assert {call.decision for call in here.calls} == {"executed"}
