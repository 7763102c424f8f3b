"""`cuvee lineage`: what a result came from, and what was made of it, as it is printed."""

from __future__ import annotations

from typing import Any

import pytest
from cli_project import Project

PIPELINE = """
import pandas as pd

def strength(frame):
    return frame["alcohol"] / 2

@task
def load(csv: File) -> pd.DataFrame:
    return pd.read_csv(csv)

@task
def features(wines: pd.DataFrame) -> pd.DataFrame:
    return wines.assign(strength=strength(wines))

@task
def halves(wines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return wines[:2], wines[2:]

@task
def fit(wines: pd.DataFrame, depth: int = 3) -> int:
    return len(wines) * depth

@task
def judge(model: int, wines: pd.DataFrame) -> int:
    return model + len(wines)

@pipeline
def study(csv: File = File("wines.csv"), depth: int = 3) -> int:
    first, second = halves(features(load(csv)))
    return judge(fit(first, depth=depth), second)
"""


@pytest.fixture
def wines(project: Project) -> Project:
    (project.folder / "wines.csv").write_text("alcohol,quality\n8,5\n9,6\n10,7\n")
    project.write(PIPELINE)
    assert project.run("run", "FILE").code == 0
    return project


def page(project: Project, *arguments: str) -> str:
    done = project.run("lineage", *arguments)
    assert done.code == 0, done.err
    return done.out.replace(project.module, "wine")


def test_back_to_files_code_and_parameters(wines: Project) -> None:
    out = page(wines, "1:judge", "--up")
    digest = out.partition("wines.csv  file, ")[2][:8]
    assert (
        out
        == f"""\
what 1:judge came from
judge  int
├ fit  model from fit, int
│ ├ halves  wines from halves.0, tuple
│ │ ├ features  wines from features, pandas.DataFrame
│ │ │ │   2 columns as in load: alcohol and quality
│ │ │ │   1 column made or changed here: strength
│ │ │ ├ load  wines from load, pandas.DataFrame
│ │ │ │ ├ wines.csv  file, {digest}
│ │ │ │ └ wine.load()  code
│ │ │ └ wine.features(), wine.strength()  code
│ │ └ wine.halves()  code
│ ├ depth=3  parameter
│ └ wine.fit()  code
├ halves  wines from halves.1, tuple, told above
└ wine.judge()  code
"""
    )


def test_a_run_and_a_path_are_one_reference(wines: Project) -> None:
    assert page(wines, "1", "judge", "--up") == page(wines, "1:judge", "--up")


def test_forward_from_a_file_over_runs(wines: Project) -> None:
    wines.run("run", "FILE", "--depth", "4")
    (wines.folder / "wines.csv").write_text("alcohol,quality\n8,5\n9,6\n10,8\n")
    wines.run("run", "FILE")
    new, old = page(wines, "wines.csv").split("wines.csv  file, ")[1:]
    assert new.splitlines()[1:] == [
        "└ load  pandas.DataFrame, run 3",
        "  └ features  pandas.DataFrame, run 3",
        "    └ halves  tuple, run 3",
        "      ├ fit  int, run 3",  # reused from run 1, where judge was given another second half
        "      │ └ judge  int, run 3",
        "      └ judge  int, run 3, told above",
    ]
    assert "load  pandas.DataFrame, runs 1 and 2" in old
    assert "fit  int, run 2" in old


def test_an_element_has_takers_of_its_own(wines: Project) -> None:
    first = page(wines, "1:halves.0", "--down").splitlines()
    second = page(wines, "1:halves.1", "--down").splitlines()
    assert first == [
        "what was made of 1:halves.0",
        "halves  tuple, run 1",
        "└ fit  int, run 1",
        "  └ judge  int, run 1",
    ]
    assert second == ["what was made of 1:halves.1", "halves  tuple, run 1", "└ judge  int, run 1"]


def test_a_result_given_by_name_leads_to_its_run_and_back(wines: Project) -> None:
    assert wines.run("run", "FILE:judge", "--model", "@1:fit", "--wines", "@1:halves.1").code == 0
    up = page(wines, "2:judge", "--up")
    assert "├ fit  given as @1:fit, int\n" in up
    assert "wines.csv  file" in up
    assert page(wines, "1:fit", "--down").count("judge") == 1  # one key: it was reused
    wines.run("run", "FILE:judge", "--model", "@1:fit", "--wines", "@1:halves.0")
    assert "judge  int, run 3" in page(wines, "1:fit", "--down")


def test_a_map_is_one(project: Project) -> None:
    project.write(
        "@task\ndef one(x: int) -> int:\n    return x\n"
        "@task\ndef total(xs: list[int]) -> int:\n    return sum(xs)\n"
        "@pipeline\ndef many() -> int:\n    return total(one.map([1, 2, 3, 4, 5]))\n"
    )
    project.run("run", "FILE")
    out = page(project, "1:total")
    assert "one (5 calls)  xs from one, int" in out
    assert page(project, "1:one[3]", "--down").splitlines()[1:] == [
        "one (5 calls)  int, run 1",
        "└ total  int, run 1",
    ]


def test_a_file_that_was_read_without_being_given(project: Project) -> None:
    (project.folder / "notes.txt").write_text("x")
    project.write(
        "from pathlib import Path\n"
        "@task\ndef read() -> str:\n    return Path('notes.txt').read_text()\n"
        "@pipeline\ndef p() -> str:\n    return read()\n"
    )
    assert project.run("run", "FILE").code == 0
    assert "└ read  str, run 1" in page(project, "notes.txt")
    assert "├ notes.txt  file" in page(project, "1:read", "--up")


def test_the_depth_is_bounded_and_says_so(wines: Project) -> None:
    out = page(wines, "1:judge", "--up", "--depth", "1")
    assert "├ fit  model from fit, int, … 1 more branch beyond the depth\n" in out
    assert "features" not in out


def test_json(wines: Project) -> None:
    report = wines.run("lineage", "1:features", "--json").json
    assert report["name"] == "1:features"
    [up] = report["up"]
    assert up["columns"] == [
        {"from": "load", "element": None, "names": ["alcohol", "quality"]},
        {"from": None, "element": None, "names": ["strength"]},
    ]
    assert [branch["kind"] for branch in up["branches"]] == ["call", "code"]
    [down] = report["down"]
    assert names(down) == ["features", "halves", "fit", "judge", "judge"]
    assert report["runs_seen"] == report["runs_known"] == 1


def names(node: dict[str, Any]) -> list[str]:
    return [node["name"], *(name for branch in node["branches"] for name in names(branch))]


def test_a_tag_is_a_reference(wines: Project) -> None:
    wines.run("tag", "1:fit", "champion")
    assert page(wines, "champion", "--down").startswith("what was made of 1:fit\n")


def test_older_runs_are_said_to_be_left_out(wines: Project) -> None:
    wines.run("run", "FILE", "--depth", "4")
    assert "the newest 1 of 2 runs were looked at: --runs takes more" in page(
        wines, "wines.csv", "--runs", "1"
    )


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("wine.csv", "has used the file 'wine.csv': did you mean wines.csv? They used wines.csv"),
        ("judge", "A call is named with its run: @last:judge"),
        ("1:nix", "run 1 has no call 'nix'; it has load, features, halves, fit, judge"),
        ("9:fit", "there is no run 9"),
        ("9", "there is no run 9: the last is 1"),
        ("1", "1 names a run; add which call's result is meant"),
        ("@last", "names a run; add which call's result is meant"),
    ],
)
def test_bad_input(wines: Project, reference: str, words: str) -> None:
    done = wines.run("lineage", reference)
    assert done.code == 2
    assert words in " ".join(done.err.split())


def test_a_skipped_call_has_no_lineage(wines: Project) -> None:
    wines.write(PIPELINE.replace("return len(wines) * depth", "return len(wines) // 0"))
    wines.run("run", "FILE")
    done = wines.run("lineage", "2:judge")
    assert (done.code, "it was skipped" in " ".join(done.err.split())) == (2, True)
