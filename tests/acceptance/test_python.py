"""The Python face, in processes of its own: a script, the command and a service share one store."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

STEPS = """
from cuvee import log_metric, pipeline, task

@task
def load(n: int) -> list[int]:
    return list(range(n))

@task
def halves(xs: list[int]) -> tuple[list[int], list[int]]:
    return xs[: len(xs) // 2], xs[len(xs) // 2 :]

@task
def total(xs: list[int], scale: int = 1) -> int:
    log_metric("total", sum(xs) * scale)
    return sum(xs) * scale

@pipeline
def main(n: int = 6, scale: int = 1):
    low, high = halves(load(n))
    return total(high, scale=scale)

if __name__ == "__main__":
    run = main.run()
    print(run.number, run.result, [call.decision for call in run.calls], run.calls[0].task)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "steps.py").write_text(STEPS)
    return folder


def python(folder, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def code(folder, text):
    return python(folder, "-c", textwrap.dedent(text))


@pytest.fixture(scope="module")
def first(folder):
    return python(folder, "steps.py")


def test_a_script_runs_its_own_pipeline(first):
    assert first == "1 12 ['executed', 'executed', 'executed'] steps:load"


def test_the_command_and_an_importing_program_reuse_what_the_script_made(folder, first):
    said = python(folder, "-m", "cuvee", "run", "steps.py", "--json")
    assert {call["decision"] for call in json.loads(said)["calls"]} == {"reused"}
    said = code(folder, "from steps import main; print([call.decision for call in main.run().calls])")
    assert said == "['reused', 'reused', 'reused']"


def test_runs_and_values_are_there_for_any_program(folder, first):
    said = code(
        folder,
        """
        import cuvee
        from steps import main
        main.run(scale=2)
        newest = cuvee.runs()[0]
        print(newest.status, newest.result, newest.metrics, newest.parameters)
        print(cuvee.load(newest.number), cuvee.load("@last", "total"), cuvee.load("@last:halves"))
        print(cuvee.load("@last", "halves.1"), len(cuvee.runs(limit=1)))
        print(newest["halves"].output, newest["total"].reason)
        print(repr(newest).startswith(f"<run {newest.number} of steps:main: succeeded in"))
        """,
    )
    assert said.splitlines() == [
        "succeeded 24 {'total': 24.0} {'n': 6, 'scale': 2}",
        "24 24 ([0, 1, 2], [3, 4, 5])",
        "[3, 4, 5] 1",
        "([0, 1, 2], [3, 4, 5]) scale: 1 → 2",
        "True",
    ]


def test_what_is_not_on_record_says_what_is(folder, first):
    said = code(
        folder,
        """
        import cuvee
        for reference in ([99], ["@last", "totl"], ["nonsense"]):
            try:
                cuvee.load(*reference)
            except cuvee.UsageError as error:
                print(error)
        """,
    )
    one, two, three = said.splitlines()
    assert one.startswith("there is no run 99")
    assert "has no call 'totl'" in two
    assert "total" in two
    assert "does not name a run" in three


def test_a_failed_run_raises_with_the_users_traceback_and_has_its_record(folder, first):
    (folder / "failing.py").write_text(
        "from cuvee import pipeline, task\n\n"
        "@task\ndef bad() -> int:\n    raise ValueError('no luck')\n\n"
        "@pipeline\ndef main():\n    return bad()\n"
    )
    said = code(
        folder,
        """
        import cuvee
        from failing import main
        try:
            main.run()
        except cuvee.TaskFailed as error:
            print(error.run.status, error.run["bad"].status)
            print(error)
        """,
    )
    assert said.startswith("failed failed\nbad of run ")
    assert said.endswith("ValueError: no luck")
    assert 'failing.py", line 5, in bad' in said


def test_another_folder_is_another_project(folder, first, tmp_path):
    assert python(tmp_path, "-c", "import cuvee; print(cuvee.runs())") == "[]"
