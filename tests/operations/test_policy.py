"""What a task asks for of its calls, through whole runs."""

from __future__ import annotations

import pytest

FLAKY = """
    from pathlib import Path

    @task(retries=3, retry_delay=0.001, retry_on=OSError)
    def fetch(times: int, error: str = "OSError") -> int:
        note = Path(__file__).with_name("tries")
        tries = int(note.read_text()) + 1 if note.exists() else 1
        note.write_text(str(tries))
        print("try", tries)
        if tries <= times:
            raise {"OSError": OSError, "ValueError": ValueError}[error](f"down {tries}")
        return tries

    @task
    def use(x: int) -> int:
        return x

    @task
    def fail(x: int) -> int:
        raise ValueError(x)

    @pipeline
    def main(times: int = 2, error: str = "OSError"):
        return use(fetch(times, error))

    @pipeline
    def once(times: int = 1):
        return fetch.options(retries=0)(times)

    @pipeline
    def wide():
        return fail(1), use(2), use(3)
"""


@pytest.fixture
def flaky(project):
    project.write(FLAKY)
    return project


def test_a_call_that_fails_for_a_while_is_tried_again_and_every_attempt_is_on_record(flaky):
    run = flaky.run()
    assert run.status == "succeeded"
    assert run.result == 3
    record = flaky.session.queries.call(run.number, "fetch")
    assert [attempt.failure.message for attempt in record.attempts] == ["down 1", "down 2"]
    assert record.failure is None
    assert run["fetch"].logs == "try 1\ntry 2\ntry 3\n"


def test_a_call_that_fails_each_time_fails_after_so_many_attempts(flaky):
    run = flaky.run(times=9)
    record = flaky.session.queries.call(run.number, "fetch")
    assert (run.status, record.status, record.failure.message) == ("failed", "failed", "down 4")
    assert len(record.attempts) == 3
    assert run["use"].status == "skipped"


def test_what_it_is_not_worth_trying_again_after_fails_at_once(flaky):
    run = flaky.run(error="ValueError")
    assert run["fetch"].status == "failed"
    assert flaky.session.queries.call(run.number, "fetch").attempts == ()


def test_options_of_the_call_win(flaky):
    run = flaky.run("once")
    assert run["fetch"].status == "failed"


def test_what_a_task_asks_for_is_no_part_of_its_key(flaky):
    flaky.write("@task(retries=5, priority=2)\ndef plain(x: int) -> int:\n    return x\n")
    assert flaky.run("plain", x=1)["plain"].decision == "executed"
    flaky.write("@task(timeout='1h')\ndef plain(x: int) -> int:\n    return x\n")
    assert flaky.run("plain", x=1)["plain"].decision == "reused"


def test_a_run_goes_on_after_a_failure_unless_it_is_told_not_to(flaky):
    run = flaky.run("wide")
    assert [call.status for call in run.calls] == ["failed", "succeeded", "succeeded"]


def test_a_run_that_is_to_fail_fast_ends_at_the_first_failure(flaky):
    from msgspec.structs import replace

    flaky.session = replace(flaky.session, fail_fast=True)
    run = flaky.run("wide")
    assert run.status == "failed"
    assert [call.status for call in run.calls] == ["failed", "cancelled", "cancelled"]
    assert run["use"].reason == "another call failed, and the run was to end at that"
