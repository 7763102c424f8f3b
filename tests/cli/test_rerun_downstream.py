"""`cuvee rerun RUN PATH --downstream`: the pipeline from one call on."""

from __future__ import annotations

import pytest

from cuvee import load

FLOW = """
import random

@task
def draw(n: int) -> list[int]:
    print("drawn")
    return [n, n + 1, n + 2]

@task
def double(number: int, times: int = 2) -> int:
    return number * times

@task
def total(numbers: list[int], plus: int = 0) -> int:
    return sum(numbers) + plus

@task
def half(number: int) -> float:
    return number / 2

@task
def aside(n: int) -> float:
    return random.random() + n

@task
def report(value: float, other: float, unit: str = "m") -> str:
    return f"{value} {unit}"

@pipeline
def main(n: int = 1) -> str:
    doubled = double.map(draw(n))
    value = half(total(doubled))
    return report(value, aside(n))
"""


@pytest.fixture
def made(project):
    project.write(FLOW)
    assert project.run("run", "FILE", "--n", "3", "--set", "total.plus=100").code == 0
    return project


def decisions(done):
    assert done.code == 0, done.err
    return {call["path"]: call["decision"] for call in done.json["calls"]}


def test_what_follows_runs_and_what_others_gave_is_taken(made):
    made.write(FLOW.replace("number / 2", "number / 4").replace('print("drawn")', "raise ValueError"))
    done = made.run("rerun", "1", "half", "--downstream", "--json")
    assert decisions(done) == {
        "draw": "given", "double[0]": "given", "double[1]": "given", "double[2]": "given",
        "total": "given", "half": "executed", "aside": "given", "report": "executed",
    }  # fmt: skip
    assert done.json["result"] == "31.0 m"
    draw = made.run("show", "2", "draw", "--json").json
    assert draw["reason"] == {"code": "taken", "text": "taken as it was in run 1"}
    assert (
        draw["outputs"][0]["digest"] == made.run("show", "1", "draw", "--json").json["outputs"][0]["digest"]
    )


def test_where_nothing_has_changed_all_of_it_is_reused(made):
    found = decisions(made.run("rerun", "1:total", "--downstream", "--json"))
    assert found["total"] == found["half"] == found["report"] == "reused"


def test_what_was_set_in_the_run_is_set_again_unless_something_else_is(made):
    done = made.run("rerun", "1", "total", "--downstream", "--set", "report.unit=km", "--json")
    assert done.json["result"] == "62.0 km"
    done = made.run("rerun", "1", "total", "--downstream", "--set", "plus=0", "--json")
    assert done.json["result"] == "12.0 m"
    done = made.run("rerun", "1", "half", "--downstream", "--set", "number=@1:double[0]", "--json")
    assert done.json["result"] == "3.0 m"


def test_what_a_taken_call_had_logged_is_told_and_compared_as_the_same(project):
    logged = FLOW.replace('print("drawn")', 'log_metric("drawn", n)')
    project.write(logged)
    project.run("run", "FILE", "--n", "3")
    project.write(logged.replace("number / 2", "number / 4"))
    done = project.run("rerun", "1", "half", "--downstream", "--json")
    assert done.json["metrics"] == {"drawn": 3.0}
    again = project.run("reproduce", "2", "--here", "--json")
    assert project.run("show", str(again.json["again"]), "--json").json["metrics"] == {"drawn": 3.0}
    found = project.run("diff", "1", "2", "--json").json
    assert [root["path"] for root in found["root_changes"]] == ["half"]
    states = {call["path"]: call["state"] for call in found["calls"]}
    assert states["draw"] == states["aside"] == states["double[0]"] == "same"
    assert states["report"] == "knock_on"


def test_beside_another_run_a_taken_call_is_compared_with_what_made_it(project):
    project.write(FLOW)
    project.run("run", "FILE", "--n", "3")
    project.run("run", "FILE", "--n", "4")
    project.run("rerun", "2", "half", "--downstream")
    found = project.run("diff", "1", "3", "--json").json
    assert [(root["kind"], root["text"]) for root in found["root_changes"]] == [("parameter", "n: 3 → 4")]
    project.run("rm", "2")
    found = project.run("diff", "1", "3", "--json").json
    assert "draw is taken as it was in run 2" in [root["text"] for root in found["root_changes"]]


def test_a_map_whole_and_one_call_of_it(made):
    done = made.run("rerun", "1", "double", "--downstream", "--set", "double.times=3", "--json")
    found = decisions(done)
    assert [found[f"double[{n}]"] for n in range(3)] == ["executed"] * 3
    assert found["draw"] == "given"
    assert done.json["result"] == "68.0 m"
    assert decisions(made.run("rerun", "1", "double[1]", "--downstream", "--json"))["draw"] == "given"


def test_with_the_code_of_the_run(made, capfd):
    made.write(FLOW.replace("def half", "def gone").replace("half(", "gone("))
    done = made.run("rerun", "1", "half", "--downstream")
    assert done.code == 2
    assert "the pipeline has no call 'half' any more; its calls are draw, double, total, gone" in done.err
    assert made.run("rerun", "1", "half", "--downstream", "--code", "run", "--json").code == 0
    assert '"62.0 m"' in capfd.readouterr().out.replace("'", '"')


def test_a_run_that_failed_goes_on_from_where_it_failed(project):
    project.write(FLOW.replace("number / 2", "number / 0"))
    assert project.run("run", "FILE").code == 1
    project.write(FLOW)
    found = decisions(project.run("rerun", "1", "half", "--downstream", "--json"))
    assert found["half"] == found["report"] == "executed"
    assert found["total"] == found["aside"] == "given"


def test_bad_input_says_what_there_is(made):
    assert "has no call 'halv': did you mean half?" in made.run("rerun", "1", "halv", "--downstream").err
    done = made.run("rerun", "1", "half", "--downstream", "--set", "draw.n=4")
    assert done.code == 2
    assert "draw is taken as it was in run 1; what is performed again is half, report" in done.err
    done = made.run("rerun", "1", "half", "--downstream", "--set", "nobody.n=4")
    assert "the pipeline calls no task 'nobody'" in done.err
    done = made.run("rerun", "1", "half", "--downstream", "--set", "number=@1:draw")
    assert "`half` takes number: int" in done.err


def test_another_function_in_the_place_of_the_first_and_what_follows_runs(made):
    (made.folder / "other.py").write_text("def fifth(number: int) -> float:\n    return number / 5\n")
    done = made.run("rerun", "1", "half", "--downstream", "--swap", "other.py:fifth", "--json")
    found = decisions(done)
    assert (found["half"], found["report"], found["total"]) == ("executed", "executed", "given")
    assert done.json["result"] == "24.8 m"


def test_reproduced_it_takes_what_it_took_and_sets_what_was_set(made):
    changed = made.run(
        "rerun", "1", "total", "--downstream", "--set", "plus=7", "--set", "report.unit=km", "--json"
    )
    assert changed.json["result"] == "15.5 km"
    again = made.run("reproduce", "2", "--here", "--json")
    assert again.json["identical"], again.json
    assert made.run("show", "3", "--json").json["result"] == "15.5 km"
    found = {call["path"]: call["decision"] for call in made.run("show", "3", "--json").json["calls"]}
    assert (found["draw"], found["double[0]"], found["total"]) == ("given", "given", "executed")


def test_reproduced_a_map_has_what_was_set_for_it(made):
    made.run("rerun", "1", "double", "--downstream", "--set", "double.times=3", "--json")
    again = made.run("reproduce", "2", "--here", "--json")
    assert again.json["identical"], again.json
    assert made.run("show", "3", "--json").json["result"] == "68.0 m"


def test_a_path_that_is_set_for_a_task_is_read_from_where_one_stands(project, monkeypatch):
    project.write("""
from pathlib import Path

@task
def draw(n: int) -> int:
    return n

@task
def read(n: int, data: File = File("data.txt")) -> str:
    return Path(data).read_text() * n

@pipeline
def inner(n: int) -> str:
    return read(n)

@pipeline
def main() -> str:
    return inner(draw(1))
""")
    (project.folder / "data.txt").write_text("before")
    assert project.run("run", "FILE:main").code == 0
    (project.folder / "beside").mkdir()
    (project.folder / "beside" / "new.txt").write_text("another")
    monkeypatch.chdir(project.folder / "beside")
    for code in ("today", "run"):
        words = ("rerun", "1", "draw", "--downstream", "--set", "read.data=new.txt", "--code", code)
        done = project.run(*words)
        assert done.code == 0, done.err
        assert load("@last") == "another"


def test_a_value_for_a_task_that_is_only_taken_is_refused_whatever_its_path(project):
    project.write(
        FLOW + "\n@pipeline\ndef inner(n: int = 3):\n    return draw(n)\n"
        "\n@pipeline\ndef outer(n: int = 3):\n    return total(inner(n)), total(draw(n))\n"
    )
    assert project.run("run", "FILE:outer").code == 0
    refused = project.run("rerun", "1", "total", "--downstream", "--set", "draw.n=5")
    assert refused.code == 2
    assert "--set draw.n: draw is taken as it was in run 1; what is performed again is total" in refused.err
    assert project.run("runs", "--json").json["runs"][0]["run"] == 1

    again = project.run("rerun", "1", "inner/draw", "--downstream", "--set", "draw.n=5", "--json")
    assert decisions(again) == {
        "inner/draw": "executed",
        "total": "executed",
        "draw": "given",
        "total#2": "given",
    }
