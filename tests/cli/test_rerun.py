"""`cuvee rerun`: one call again, on what it was given."""

from __future__ import annotations

import shutil
import tempfile

import pytest

from cuvee import load

FLOW = """
from pathlib import Path

@task
def one(n: int, names: list[str]) -> list[int]:
    return [n, len(names)]

@task
def two(numbers: list[int], factor: float = 2.5, mode: str = "sum") -> float:
    print("performed")
    return sum(numbers) * factor

@task
def square(x: int) -> int:
    return x * x

@task
def total(squares: list[int]) -> int:
    return sum(squares)

@task
def read(data: File) -> str:
    return Path(data.path).read_text()

@task
def fails(text: str) -> int:
    raise ValueError(text)

@task
def after(n: int) -> int:
    return n

@pipeline
def main(n: int = 3, data: File = File("data.txt"), broken: bool = False) -> float:
    read(data)
    total(square.map([1, 2, n]))
    if broken:
        after(fails("no"))
    return two(one(n, ["a", "b"]), factor=1.5)
"""


@pytest.fixture
def made(project):
    (project.folder / "data.txt").write_text("before")
    project.write(FLOW)
    assert project.run("run", "FILE").code == 0
    return project


def last(project):
    return project.run("show", "@last", "--json").json


def test_a_call_is_given_what_it_was_given(made):
    done = made.run("rerun", "1", "two", "--json")
    assert done.code == 0, done.err
    assert (done.json["run"], done.json["result"]) == (2, 7.5)
    [call] = done.json["calls"]
    assert (call["path"], call["decision"]) == ("two", "reused")


@pytest.mark.parametrize("path", ["one", "square[2]", "total", "read"])
def test_lists_maps_files_and_literals_come_back(made, path):
    done = made.run("rerun", "1", path, "--json")
    assert done.code == 0, done.err
    before = {call["path"]: call for call in made.run("show", "1", "--json").json["calls"]}[path]
    assert done.json["calls"][0]["outputs"] == before["outputs"]


def test_with_another_value_it_runs(made):
    done = made.run("rerun", "1", "two", "--set", "factor=10", "--json")
    assert (done.code, done.json["result"], done.json["calls"][0]["decision"]) == (0, 50.0, "executed")
    done = made.run("rerun", "1", "two", "--set", "numbers=@1:one", "--json")
    assert (done.json["result"], done.json["calls"][0]["decision"]) == (7.5, "reused")


def test_with_the_code_of_today(made):
    made.write(FLOW.replace("sum(numbers) * factor", "sum(numbers) + factor"))
    assert made.run("rerun", "1", "two", "--json").json["result"] == 6.5


def test_with_the_code_of_the_run(made, capfd):
    made.write(FLOW.replace("def two", "def gone").replace("two(", "gone("))
    missing = made.run("rerun", "1", "two")
    assert missing.code == 2
    assert "has no 'two'" in missing.err
    assert "cuvee rerun 1 two --code run" in missing.err
    assert made.run("rerun", "1", "two", "--set", "factor=2", "--code", "run", "--json").code == 0
    assert '"result": 10.0' in capfd.readouterr().out.replace('"result":10.0', '"result": 10.0')
    assert last(made)["run"] == 2


def test_a_file_that_changed_comes_from_the_store(made):
    (made.folder / "data.txt").write_text("after")
    done = made.run("rerun", "1", "read", "--json")
    assert (done.code, done.json["result"]) == (0, "before"), done.err


def test_a_parameter_that_is_gone(made):
    made.write(FLOW.replace(', mode: str = "sum"', "").replace("factor", "scale"))
    done = made.run("rerun", "1", "two")
    assert done.code == 2
    assert (
        "was given factor, and the task two of today has no such parameter; it has numbers, scale" in done.err
    )


def test_bad_input_says_what_there_is(made):
    assert "has no call 'tow': did you mean two?" in made.run("rerun", "1", "tow").err
    assert "there is no run 7: the last is 1" in made.run("rerun", "7", "two").err
    done = made.run("rerun", "1", "two", "--set", "faktor=2")
    assert done.code == 2
    assert "two has no parameter 'faktor'; it has numbers, factor, mode" in done.err
    done = made.run("rerun", "1", "two", "--set", "factor")
    assert "write it as NAME=VALUE; the parameters of two are numbers, factor, mode" in done.err
    assert "'x' is not a number" in made.run("rerun", "1", "two", "--set", "factor=x").err
    assert made.run("run", "FILE", "--broken").code == 1
    skipped = made.run("rerun", "2", "after")
    assert skipped.code == 2
    assert "was skipped, so it has no inputs to run on again" in skipped.err
    assert made.run("rerun", "2", "fails").code == 1


def test_a_run_from_before_snapshots(made):
    import apsw

    connection = apsw.Connection(str(made.folder / ".cuvee" / "records.db"))
    connection.execute("DELETE FROM run_snapshot")
    connection.close()
    done = made.run("rerun", "1", "two", "--code", "run")
    assert done.code == 2
    assert "the source of run 1 was not kept with it" in done.err


def test_what_was_not_kept_is_named_where_the_run_is_shown(made):
    assert "not kept" not in made.run("show", "1").out
    (made.folder / "conf.py").write_text("key = 'AKIA" + "A" * 16 + "'")
    made.run("run", "FILE")
    assert "conf.py: it seems to hold a key of AWS (line 1)" in made.run("show", "2").out


def test_a_file_is_read_from_where_one_stands_with_the_code_of_the_run_too(made, monkeypatch):
    (made.folder / "beside").mkdir()
    (made.folder / "beside" / "new.txt").write_text("another")
    monkeypatch.chdir(made.folder / "beside")
    for code in ("today", "run"):
        assert made.run("rerun", "1", "read", "--set", "data=new.txt", "--code", code).code == 0
        assert load("@last") == "another"


def test_the_code_of_the_run_is_no_part_of_a_project_that_temporary_files_lie_in(
    made, capfd, monkeypatch, tmp_path
):
    (tmp_path / "pyproject.toml").unlink()
    assert made.run("run", "FILE").code == 0
    other = tmp_path / "other"
    (other / ".cuvee").mkdir(parents=True)
    shutil.copy(tmp_path / ".cuvee" / "records.db", other / ".cuvee")
    (other / "pyproject.toml").touch()
    (other / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(other / "temporary"))
    assert made.run("rerun", "2", "two", "--code", "run", "--json").code == 0
    assert '"decision": "reused"' in capfd.readouterr().out
