"""`--swap`: a function or an earlier result in the place of a task."""

from __future__ import annotations

import sys

import pytest

FLOW = """
@task
def load(n: int) -> list[int]:
    return list(range(n))

@task
def total(xs: list[int], scale: int = 1) -> int:
    return sum(xs) * scale

@pipeline
def main(n: int = 4) -> int:
    return total(load(n), scale=2)
"""
OTHER = """
from cuvee import task

CONSTANT = 3

@task
def largest(xs: list[int], scale: int = 1) -> int:
    return max(xs) * scale

def smallest(xs, scale):
    return min(xs) * scale

def text(xs: list[int], scale: int) -> str:
    return ""
"""


@pytest.fixture
def made(project, monkeypatch):
    project.write(FLOW)
    other = f"{project.module}_other"
    (project.folder / f"{other}.py").write_text(OTHER)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert project.run("run", "FILE").code == 0
    yield project
    sys.modules.pop(other, None)


def run(project, *words):
    return project.run("run", "FILE", *(word.replace("OTHER", f"{project.module}_other") for word in words))


def test_a_task_or_a_plain_function_of_another_file(made):
    assert run(made, "--json", "--swap", "total=OTHER.py:largest").json["result"] == 6
    assert run(made, "--json", "--swap", "total=OTHER.py:smallest").json["result"] == 0
    assert run(made, "--json", "--swap", "total=OTHER:smallest").json["result"] == 0


def test_what_an_earlier_call_gave(made):
    again = run(made, "--json", "--swap", "load=@1:load", "--n", "99").json
    assert again["result"] == 12
    assert [call["decision"] for call in again["calls"]] == ["given", "reused"]
    assert again["calls"][0]["made_by"] == {"run": 1, "path": "load"}
    assert again["swaps"] == [{"name": "load", "kind": "result", "by": "@1:load"}]
    made.run("tag", "1:load", "numbers")
    assert run(made, "--json", "--swap", "load=@numbers", "--n", "98").json["result"] == 12


def test_it_is_shown(made):
    done = run(made, "--swap", "total=OTHER.py:largest", "--swap", "load=@1:load")
    assert "given" in done.out
    assert "swapped for @1:load" in done.out
    assert "1 executed, 1 given" in done.out
    shown = made.run("show", "@last").out
    assert f"swapped     total for {made.module}_other:largest" in shown
    assert "load for @1:load" in shown
    assert "swap total" in made.run("runs").out


def test_the_plan_takes_it(made):
    planned = made.run("plan", "FILE", "--swap", "load=@1:load", "--n", "99")
    assert planned.code == 0
    assert "swapped for @1:load" in planned.out
    assert "1 reused, 1 given" in planned.out


def test_a_call_that_was_given_is_explained_and_shown(made):
    for path in ("load", "total"):
        planned = made.run("plan", "FILE", "--swap", "load=@1:load", "--explain", path)
        assert planned.code == 0, planned.err
    run(made, "--swap", "load=@1:load")
    shown = made.run("show", "@last", "load")
    assert shown.code == 0
    assert "swapped for @1:load" in shown.out
    assert made.run("show", "@last", "load", "--explain").code == 0
    assert made.run("diff", "1", "@last").code == 0
    assert made.run("lineage", "@last", "total").code == 0


def test_the_same_command_after_an_edit_of_what_stands_in(made):
    words = ("--json", "--swap", "total=OTHER.py:largest")
    assert run(made, *words).json["result"] == 6
    file = made.folder / f"{made.module}_other.py"
    file.write_text(OTHER.replace("max(xs)", "100 + max(xs)"))
    sys.modules.pop(f"{made.module}_other")
    assert run(made, *words).json["result"] == 106


MISTAKES = [
    ("total", "--swap total: write NAME=file.py:function"),
    ("total=", "--swap total=: write NAME=file.py:function"),
    ("total=largest", "'largest' is no function: write NAME="),
    ("total=OTHER.py", "say which function of it\n  OTHER.py:largest"),
    ("total=OTHER.py:lagest", "OTHER.py has no 'lagest': did you mean 'largest'?"),
    ("total=nowhere.py:f", "there is no file nowhere.py"),
    ("total=@9:total", "there is no run 9"),
    ("total=@1:totl", "run 1 has no call 'totl': did you mean total?"),
    (
        "totl=OTHER.py:largest",
        "the pipeline calls no task 'totl': did you mean total? Its tasks are load, total",
    ),
    ("total=OTHER.py:text", "`total` returns int, and OTHER:text returns str"),
    ("total=OTHER.py:CONSTANT", "CONSTANT is no function"),
]


def test_mistakes_say_what_there_is_instead(made):
    other = f"{made.module}_other"
    for swap, words in MISTAKES:
        done = run(made, "--swap", swap)
        assert done.code == 2
        assert words.replace("OTHER", other) in done.err
    assert len(made.run("runs", "--json").json["runs"]) == 1


def test_a_name_given_twice(made):
    done = run(made, "--swap", "total=OTHER.py:largest", "--swap", "total=OTHER.py:smallest")
    assert done.code == 2
    assert "total is swapped twice" in done.err


def test_a_pipeline_may_have_a_parameter_of_that_name(made):
    made.write(FLOW.replace("n: int = 4", "n: int = 4, swap: int = 1"))
    done = run(made, "--json", "--swap", "5", "--swap-task", "total=OTHER.py:largest")
    assert done.json["result"] == 6
    assert done.json["parameters"]["swap"] == 5


def test_a_run_with_swaps_is_reproduced_with_them(made):
    run(made, "--swap", "total=OTHER.py:largest", "--swap", "load=@1:load")
    done = made.run("reproduce", "@last", "--here", "--json")
    assert done.code == 0
    assert done.json["identical"]
    shown = made.run("show", "@last", "--json").json
    assert shown["result"] == 6
    assert [swap["name"] for swap in shown["swaps"]] == ["total", "load"]


def test_what_no_import_finds_any_more_is_said(made):
    run(made, "--swap", "total=OTHER.py:largest")
    file = made.folder / f"{made.module}_other.py"
    file.write_text(OTHER.replace("largest", "greatest"))
    sys.modules.pop(f"{made.module}_other")
    done = made.run("reproduce", "@last", "--here")
    assert done.code == 2
    assert f"run 2 had total swapped for {made.module}_other:largest, which is not there now" in done.err


def test_a_call_that_was_given_has_nothing_to_run_on_again(made):
    run(made, "--swap", "load=@1:load")
    done = made.run("rerun", "@last", "load")
    assert done.code == 2
    assert "load of run 2 was swapped for @1:load: it was given no inputs to run on again" in done.err


def test_what_a_call_had_logged_comes_with_its_result(project):
    project.write(
        "@task\ndef judge(n: int) -> int:\n    log_metric('score', n)\n    return n\n\n"
        "@pipeline\ndef main(n: int = 4) -> int:\n    return judge(n)\n"
    )
    project.run("run", "FILE")
    swapped = project.run("run", "FILE", "--n", "5", "--swap", "judge=@1:judge", "--json")
    assert swapped.code == 0, swapped.out
    assert (swapped.json["result"], swapped.json["metrics"]) == (4, {"score": 4.0})
    found = project.run("diff", "1", "2", "--json").json
    assert [root["text"] for root in found["root_changes"]] == [
        "n: 4 → 5", "judge is swapped for @1:judge"
    ]  # fmt: skip


def test_what_stands_in_may_lack_a_parameter_that_is_at_its_default(made):
    (made.folder / "short.py").write_text("def first(xs: list[int]) -> int:\n    return xs[0]\n")
    made.run("run", "FILE", "--set", "total.scale=1")
    done = made.run("rerun", "@last", "total", "--swap", "short.py:first", "--json")
    assert done.code == 0, done.out
    assert done.json["result"] == 0
    refused = made.run("rerun", "1", "total", "--swap", "short.py:first")
    assert refused.code == 2
    assert "`total` is given `scale`" in refused.err


def test_one_call_again_with_something_else_in_the_place_of_its_task(made):
    other = f"{made.module}_other.py"
    done = made.run("rerun", "1", "total", "--swap", f"{other}:largest", "--json").json
    assert done["result"] == 6
    assert done["swaps"] == [
        {"name": f"{made.module}:total", "kind": "function", "by": f"{other[:-3]}:largest"}
    ]
    assert made.run("rerun", "1", "total", "--swap", "@1", "--json").json["calls"][0]["decision"] == "reused"
    wrong = made.run("rerun", "1", "total", "--swap", f"{other}:text")
    assert wrong.code == 2
    assert "`total` returns int" in wrong.err
    both = made.run("rerun", "1", "total", "--swap", "@1", "--code", "run")
    assert both.code == 2
    assert "give one of them" in both.err
