"""`cuvee verify`: which calls of a run are not deterministic, and in what."""

from __future__ import annotations

import sys

import pytest
from cli_project import Project

FLOW = """
from cuvee import *
import datetime, random, time
import numpy as np
import pandas as pd

@task
def frame(n: int) -> pd.DataFrame:
    return pd.DataFrame({"a": range(n), "b": 1.0})

@task
def noisy(frame: pd.DataFrame) -> tuple[int, pd.DataFrame]:
    rng = np.random.default_rng()
    return 3, frame.assign(noise=rng.random(len(frame)))

@task
def seeded(n: int) -> float:
    return random.random() + np.random.rand()

@task
def ordered(words: list[str]) -> str:
    return " ".join(set(words))

@task
def now(n: int) -> float:
    return time.time()

@task
def touches(frame: pd.DataFrame) -> int:
    frame["a"] = 0
    return len(frame)

@task
def outside(n: int) -> str:
    import subprocess
    return subprocess.run(["cat", "answer.txt"], capture_output=True, text=True).stdout

@task
def fails(n: int) -> int:
    raise ValueError("no")

@task
def after(n: int) -> int:
    return n

@pipeline
def main():
    made = frame(20)
    noisy(made)
    seeded(1)
    ordered(["one", "two", "three", "four", "five", "six"])
    now(1)
    touches(made)
    outside(1)
    after(fails(1))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project whose run is on record; what `outside` read has changed since. And the report on it."""
    folder = tmp_path_factory.mktemp("verified")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    patch.delenv("CUVEE_HOME", raising=False)
    patch.setattr(sys, "path", list(sys.path))
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (folder / "answer.txt").write_text("then")
    (folder / "verified_flow.py").write_text(FLOW)
    project = Project(folder, "verified_flow")
    assert project.run("run", "FILE").code == 1
    (folder / "answer.txt").write_text("now")
    yield project, project.run("verify", "1", "--json")
    sys.modules.pop("verified_flow", None)
    patch.undo()


def told(made):
    return {call["path"]: call for call in made[1].json["calls"]}


def test_what_is_deterministic_and_what_is_not(made):
    verdicts = {path: call["verdict"] for path, call in told(made).items()}
    assert verdicts == {
        "frame": "deterministic",
        "noisy": "different",
        "seeded": "deterministic",
        "ordered": "different",
        "now": "different",
        "touches": "deterministic",
        "outside": "different",
        "fails": "failed",
        "after": "unverified",
    }
    assert made[1].code == 1
    assert made[1].json["deterministic"] is False


def test_an_unseeded_generator_is_named_with_the_column_that_it_fills(made):
    call = told(made)["noisy"]
    assert call["differing"] == [{"element": "1", "columns": ["noise"]}]
    assert call["cause"] == "chance"
    assert "np.random.default_rng (verified_flow.py:13)" in call["text"]


def test_the_order_of_a_set_is_told_from_chance_and_the_time(made):
    calls = told(made)
    assert (calls["ordered"]["cause"], calls["now"]["cause"]) == ("order", "chance")
    assert "It asks for the time: time.time (verified_flow.py:26)" in calls["now"]["text"]


def test_what_came_to_something_else_in_the_run_depends_on_what_is_outside(made):
    assert told(made)["outside"]["cause"] == "outside"


def test_what_changes_its_inputs_is_named(made):
    calls = told(made)
    assert calls["touches"]["mutated"] == ["frame"]
    assert all(not call["mutated"] for path, call in calls.items() if path != "touches")


def test_what_failed_or_never_ran_is_no_proof(made):
    calls = told(made)
    assert calls["fails"]["text"] == "as it did in the run: ValueError: no"
    assert calls["after"]["text"] == "it was skipped in the run"


def test_nothing_of_it_goes_on_record(made):
    project = made[0]
    assert len(project.run("runs", "--json").json["runs"]) == 1


def test_some_of_the_calls_on_a_page(made):
    project = made[0]
    done = project.run("verify", "1", "frame", "after")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    # How long they took in the run is said where that was long: on a machine with much to do.
    opening, _, _ = lines[0].partition(" In the run:")
    assert opening == "2 calls of run 1 again, twice, in a new process each time."
    assert set(lines[2:4]) == {
        "  frame  deterministic",
        "  after  not verified: it was skipped in the run",
    }
    assert lines[-1] == "Deterministic, 1 of 2: run 1. Not verified: after."


def test_when_the_time_is_over_the_rest_is_named(made):
    done = made[0].run("verify", "1", "frame", "seeded", "--max-time", "0s")
    assert done.code == 2
    assert "Deterministic, 0 of 2: run 1. Not verified: frame, seeded." in done.out


def test_bad_input_says_what_there_is(made):
    project = made[0]
    assert "has no call 'framed': did you mean frame?" in project.run("verify", "1", "framed").err
    assert "there is no run 7: the last is 1" in project.run("verify", "7").err
    done = project.run("verify", "1", "--max-time", "soon")
    assert (done.code, "write a duration, such as 90s" in done.err) == (2, True)


def test_a_file_that_has_changed_since_is_named_and_called_no_chance(project):
    (project.folder / "notes.txt").write_text("hello")
    project.write(
        "from pathlib import Path\n\n@task\ndef noted() -> str:\n    return Path('notes.txt').read_text()\n\n"
        "@task\ndef hidden(token: Secret) -> int:\n    return 1\n\n"
        "@pipeline\ndef main(token: Secret = Secret('x')) -> str:\n    hidden(token)\n    return noted()\n"
    )
    assert project.run("run", "FILE").code == 0
    (project.folder / "notes.txt").write_text("good bye")
    done = project.run("verify", "1")
    assert done.code == 0, done.out
    assert "noted   deterministic: in the run it gave something else: notes.txt" in done.out
    assert "token was a Secret, which is never kept\n" in done.out
