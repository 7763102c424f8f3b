"""The plugin for pytest, and the assertions about runs, as a user's test module has them."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

FLOW = """
    from cuvee import pipeline, task

    @task
    def load(n: int) -> list[int]:
        return list(range(n))

    @task
    def total(xs: list[int], scale: int = 1) -> int:
        return sum(xs) * scale

    @pipeline
    def main(n: int = 4, scale: int = 1) -> int:
        return total(load(n), scale)
"""
HOLDS = """
    from flow import main
    from cuvee.testing import assert_executed, assert_reused

    real = main.run()

    def test_a_store_of_its_own(cuvee_store):
        assert main.run().number == 1
        assert (cuvee_store / "records.db").is_file()
        assert_executed(main.run(n=3), "load", because="parameter_changed")

    def test_and_another_for_the_next(cuvee_store):
        assert_executed(main.run(), because="first_run")

    def test_what_was_reused_and_what_ran(cuvee_store):
        main.run()
        assert_reused(main.run())
        scaled = main.run(scale=3)
        assert_reused(scaled, "load")
        assert_executed(scaled, "total", because="scale: 1 → 3")
        assert scaled.result == 18

    def test_stubs(cuvee_store):
        assert main.swap(load=[1, 2]).run(scale=10).result == 30
        assert main.swap(load=lambda n: [n]).run(n=7).result == 7

    def test_what_a_call_gave(cuvee_store):
        before = main.run()
        again = main.swap(load=before["load"]).run(n=1000)
        assert again.result == before.result
        assert_reused(again)

    def test_what_a_call_gave_in_the_store_of_the_project(cuvee_store):
        run = main.swap(load=real["load"]).run(scale=2)
        assert run.number == 1
        assert run.result == 12

    def test_without_the_fixture_the_store_is_that_of_the_project():
        assert main.run().number == 2
"""
HOLDS_NOT = """
    from flow import main
    from cuvee.testing import assert_executed, assert_reused

    def test_not_reused(cuvee_store):
        main.run()
        assert_reused(main.run(scale=2))

    def test_not_executed(cuvee_store):
        main.run()
        assert_executed(main.run(), "total")

    def test_because_of_something_else(cuvee_store):
        main.run()
        assert_executed(main.run(scale=2), "total", because="code_changed")

    def test_no_such_call(cuvee_store):
        assert_reused(main.run(), "totl")
"""


@pytest.fixture
def project(pytester, monkeypatch):
    for name in ("CUVEE_HOME", "CUVEE_EXECUTOR"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(flow=FLOW)
    pytester.makepyprojecttoml("[project]\nname = 'x'\n")
    return pytester


def test_tests_have_stores_of_their_own_and_say_what_was_reused(project):
    project.makepyfile(test_flow=HOLDS)
    result = project.runpytest_subprocess("-q", "-W", "error", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=7)


def test_what_does_not_hold_says_what_became_of_it(project):
    project.makepyfile(test_flow=HOLDS_NOT)
    result = project.runpytest_subprocess("-q", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=4)
    printed = result.stdout.str()
    assert "these calls were to be reused:" in printed
    assert "total was executed (parameter_changed): scale: 1 → 2" in printed
    assert "total was reused (unchanged): nothing it depends on changed since run 1" in printed
    assert "these calls were to be executed because of 'code_changed':" in printed
    assert "has no call 'totl': did you mean total?" in printed
    assert "asserting.py" not in printed  # a failure is shown at the test's own line
    assert not (project.path / ".cuvee").exists()


def test_the_plugin_loads_nothing_of_weight():
    """It is there in every test session of whoever has cuvee installed."""
    script = (
        "import sys, pytest; before = set(sys.modules); import cuvee.testing.plugin; "
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["cuvee"]
