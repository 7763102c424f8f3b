"""`cuvee tag`, `tags`, `note`, `rm`, and `runs` that asks for some."""

from __future__ import annotations

import pytest
from cli_project import Project

FLOW = """
class Forest:
    def __init__(self, depth):
        self.depth = depth

@task
def fit(depth: int) -> Forest:
    log_metric("rmse", 1 / depth)
    return Forest(depth)

@task
def score(model: Forest) -> int:
    return model.depth

@pipeline
def main(depth: int = 1):
    return score(fit(depth))
"""


@pytest.fixture
def filled(project: Project) -> Project:
    project.write(FLOW)
    for depth in ("1", "2", "4"):
        assert project.run("run", "FILE", "--depth", depth).code == 0
    return project


def test_a_tag_is_used_wherever_a_reference_is(filled: Project) -> None:
    assert filled.run("tag", "2", "baseline").out == "baseline stands for 2\n"
    assert filled.run("tag", "2:fit", "champion").out == "champion stands for 2:fit\n"
    moved = filled.run("tag", "@best:rmse:min:fit", "champion")
    assert moved.out == "champion stands for 3:fit (it stood for 2:fit)\n"
    assert filled.run("show", "baseline", "--json").json["run"] == 2
    assert filled.run("show", "champion", "--json").json["path"] == "fit"
    for word in ("champion", "@champion"):
        done = filled.run("run", "FILE:score", "--model", word, "--json")
        assert (done.code, done.json["result"]) == (0, 4)
    assert filled.run("export", "baseline", "result.json").code == 0
    assert (filled.folder / "result.json").read_text().strip() == "2"
    assert [tag["name"] for tag in filled.run("tags", "--json").json["tags"]] == ["baseline", "champion"]
    assert [tag["run"] for tag in filled.run("tags", "champion", "--json").json["tags"]] == [3, 2]
    shown = filled.run("runs").out
    assert "baseline" in shown
    assert "champion" in shown
    assert filled.run("tag", "--delete", "baseline").code == 0
    assert filled.run("show", "baseline").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tag", "1"], "write what the tag stands for, then its name: cuvee tag 12 baseline"),
        (["tag", "1", "12"], "'12' cannot be a tag"),
        (["tag", "--delete", "x"], "there is no tag 'x', nor any other"),
        (["tag", "1", "x", "--delete", "y"], "needs no other word"),
        (["tags", "x"], "there is no tag 'x'"),
        (["note", "1", " "], "the note is empty"),
        (["note", "9", "x"], "there is no run 9"),
        (["rm", "9"], "there is no run 9"),
        (["run", "FILE:score", "--model", "champoin"], "'champoin' does not name a run"),
        (["runs", "--where", "metric.rsme<1"], "no run has a metric 'rsme': did you mean rmse?"),
        (["runs", "--columns", "run,,age"], "names no field before or after a comma"),
        (["runs", "--sort", "depth"], "'depth' is nothing that runs have"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_done(filled: Project, words: list[str], said: str) -> None:
    done = filled.run(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(filled.run("runs", "--json").json["runs"]) == 3


def test_notes_are_shown_with_their_runs(filled: Project) -> None:
    assert filled.run("note", "2", "before the new labels").out == "Run 2 has a note now.\n"
    assert filled.run("note", "2").out == "before the new labels\n"
    assert "before the new labels" in filled.run("runs").out
    assert "before the new labels" in filled.run("show", "2").out
    assert filled.run("show", "2", "--json").json["note"] == "before the new labels"
    assert filled.run("note", "2", "--delete").out == "Run 2 has no note now.\n"
    assert filled.run("note", "2", "--json").json == {"run": 2, "note": None}


def test_runs_are_asked_for_sorted_and_shown_as_wanted(filled: Project) -> None:
    asked = ["--where", "metric.rmse < 1 and param.depth > 1", "--sort", "metric.rmse"]
    found = filled.run("runs", *asked, "--columns", "run,param.depth", "--json").json["runs"]
    assert [run["columns"] for run in found] == [
        {"run": 3, "param.depth": 4.0},
        {"run": 2, "param.depth": 2.0},
    ]
    lines = filled.run("runs", *asked, "--columns", "run,param.depth,pipeline,status").out.splitlines()
    assert [line.split() for line in lines] == [
        ["run", "param.depth", "pipeline", "status"],
        ["3", "4", "main", "succeeded"],
        ["2", "2", "main", "succeeded"],
    ]
    assert filled.run("runs", "--where", "status = failed").out == "None of 3 runs is so.\n"
    assert [
        run["run"] for run in filled.run("runs", "--sort", "run", "--limit", "2", "--json").json["runs"]
    ] == [1, 2]


def test_a_run_is_removed_and_what_it_gave_is_still_reused(filled: Project) -> None:
    assert filled.run("rm", "1").out == "Run 1 removed; the results can still be reused.\n"
    again = filled.run("run", "FILE", "--depth", "1", "--json").json
    assert {call["decision"] for call in again["calls"]} == {"reused"}
    done = filled.run("rm", "@last", "2", "--results", "--json").json
    assert done == {"runs": [2, 4], "entries": 4}
