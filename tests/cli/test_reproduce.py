"""`cuvee reproduce`: a run once more, and whether it comes to the same."""

from __future__ import annotations

import pytest

from cuvee.operations.reproduce import differing_versions

FLOW = """
import os
from pathlib import Path

@task
def read(data: File) -> str:
    return Path(data.path).read_text()

@task
def count(text: str, times: int) -> int:
    return len(text) * times

@task
def draw(text: str) -> tuple[str, bytes]:
    return text, os.urandom(8)

@pipeline
def main(data: File = File("data.txt"), times: int = 2) -> int:
    return count(read(data), times)

@pipeline
def odd(data: File = File("data.txt")) -> tuple[str, bytes]:
    return draw(read(data))
"""


@pytest.fixture
def made(project):
    (project.folder / "data.txt").write_text("before")
    project.write(FLOW)
    assert project.run("run", "FILE:main", "--times", "3", "--run-seed", "5").code == 0
    return project


def test_a_tree_that_has_moved_on_gives_the_old_run_again(made, capfd):
    (made.folder / "data.txt").write_text("something else")
    made.write(FLOW.replace("len(text) * times", "-1"))
    assert made.run("reproduce", "1").code == 0
    printed = capfd.readouterr().out
    assert "Identical, 2 of 2: run 1, again as run 2." in printed
    again = made.run("show", "2", "--json").json
    assert {call["decision"] for call in again["calls"]} == {"executed"}
    assert (again["result"], again["seed"]) == (18, 5)


def test_the_source_of_today_is_compared_too(made):
    made.write(FLOW.replace("len(text) * times", "-1"))
    done = made.run("reproduce", "1", "--here")
    assert done.code == 1
    assert "Different: count gave another result (code). 1 of 2 are identical" in done.out
    assert "show 2 count --explain --against 1" in done.out
    report = made.run("reproduce", "1", "--here", "--json").json
    assert report["identical"] is False
    assert [call["became"] for call in report["calls"]] == ["identical", "different"]


def test_what_is_not_deterministic_is_named_with_what_differs(made):
    made.run("run", "FILE:odd")
    done = made.run("reproduce", "2", "--here")
    assert done.code == 1
    assert "draw gave another draw.1, on the same inputs with the same code" in done.out


def test_what_is_installed_is_compared_first(made, monkeypatch):
    monkeypatch.setattr(
        "cuvee.cli.reproduce.differing_versions",
        lambda then, now: (*differing_versions(then, now), ("numpy", "1.0", "2.0")),
    )
    done = made.run("reproduce", "1", "--here")
    assert done.out.startswith("What is installed is not what the run had:\n  numpy  1.0 → 2.0\n")
    assert done.code == 0


def test_it_disturbs_no_reuse(made):
    made.run("reproduce", "1", "--here")
    calls = made.run("run", "FILE:main", "--times", "3", "--run-seed", "5", "--json").json["calls"]
    assert {call["decision"] for call in calls} == {"reused"}


def test_a_run_that_is_not_there(made):
    done = made.run("reproduce", "9")
    assert (done.code, "there is no run 9" in done.err) == (2, True)
