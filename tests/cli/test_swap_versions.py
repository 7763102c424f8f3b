"""`--swap train=@12`: the version of a task that an earlier run had, in a process with that run's source."""

from __future__ import annotations

import sys

import pytest

FLOW = """
from pathlib import Path
import HELPER

@task
def load(n: int) -> list[int]:
    return list(range(n))

@task
def total(xs: list[int], scale: int = 1) -> int:
    print("performed by", HELPER.WORD)
    return HELPER.add(xs) * scale

@task
def told(x: int) -> str:
    return Path(__file__).with_name("words.txt").read_text() + str(x)

@pipeline
def main(n: int = 4) -> str:
    return told(total(load(n), scale=2))
"""
HELPER = """
WORD = "old"

class Model:
    def __init__(self, mean):
        self.mean = mean
    def off(self, x):
        return abs(x - self.mean)

def add(xs):
    return sum(xs)
"""
MODELS = """
from HELPER import Model, add

@task
def fit(n: int) -> Model:
    return Model(add(range(n)) / n)

@task
def judge(model: object, x: int = 10) -> float:
    return model.off(x)

@pipeline
def main(n: int = 5) -> float:
    return judge(fit(n))
"""
MIGRATES = """
    def __cuvee_migrate__(self):
        if not hasattr(self, "scale"):
            self.scale = 2.0
"""


class Flow:
    """A project of two modules, and a file that one of them reads."""

    def __init__(self, project):
        self.project = project
        self.helper = f"{project.module}_helper"

    def write(self, helper=HELPER, flow=FLOW, words="old "):
        (self.project.folder / f"{self.helper}.py").write_text(helper)
        (self.project.folder / "words.txt").write_text(words)
        sys.modules.pop(self.helper, None)
        self.project.write(flow.replace("HELPER", self.helper))

    def run(self, *words):
        for name in (self.helper, self.project.module):
            sys.modules.pop(name, None)
        return self.project.run("run", "FILE", *words)

    def json(self, *words):
        done = self.run("--json", *words)
        assert done.out, done.err
        return done.json


@pytest.fixture
def flow(project, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = Flow(project)
    made.write()
    assert made.run().code == 0
    yield made
    sys.modules.pop(made.helper, None)


NEW = HELPER.replace('"old"', '"new"').replace("sum(xs)", "sum(xs) + 1000")


def decisions(report):
    return {call["path"]: call["decision"] for call in report["calls"]}


def test_an_unchanged_version_is_reused_from_the_entries_of_its_run(flow):
    flow.write(NEW, words="new ")
    assert flow.json()["result"] == "new 2012"
    again = flow.json("--swap", "total=@1")
    assert again["result"] == "new 12"
    assert decisions(again) == {"load": "reused", "total": "reused", "told": "executed"}
    assert again["calls"][1]["made_by"] == {"run": 1, "path": "total"}
    assert again["calls"][1]["task"] == f"{flow.project.module}:total"
    assert again["swaps"] == [{"name": "total", "kind": "version", "by": "@1"}]


@pytest.mark.parametrize("executor", ["in-process", "pool", "auto"])
def test_on_other_inputs_it_is_performed_where_its_helpers_are_those_of_its_run(flow, executor):
    flow.write(NEW, words="new ")
    assert flow.json("--swap", "total=@1", "--n", "10", "--executor", executor)["result"] == "new 90"
    assert "performed by old" in flow.project.run("show", "@last", "total").out
    assert flow.json("--n", "10")["result"] == "new 2090"
    assert decisions(flow.json("--swap", "total=@1", "--n", "10")) == {
        "load": "reused",
        "total": "reused",
        "told": "reused",
    }


def test_the_files_beside_its_modules_are_those_of_its_run(flow):
    flow.write(words="new ")
    assert flow.json("--swap", "told=@1", "--n", "3")["result"] == "old 6"
    assert flow.json("--n", "3")["result"] == "new 6"


def test_the_plan_knows_it(flow):
    flow.write(NEW)
    planned = flow.project.run("plan", "FILE", "--swap", "total=@1")
    assert "3 calls are reused" in planned.out
    planned = flow.project.run("plan", "FILE", "--swap", "total=@1", "--n", "9")
    assert "total  may run" in planned.out


def test_one_call_by_its_path(flow):
    assert flow.json("--swap", "total#1=@1", "--n", "5")["result"] == "old 20"


def test_what_does_not_fit_is_told_before_anything_runs(flow):
    flow.write(flow=FLOW.replace("scale: int = 1", "factor: int = 1").replace("scale", "factor"))
    done = flow.run("--swap", "total=@1")
    assert done.code == 2
    assert "`total` is given `factor`, and @1, which is swapped in, has no such parameter" in done.err
    flow.write(flow=FLOW.replace("-> list[int]", "-> list[str]").replace("xs: list[int]", "xs: list[str]"))
    done = flow.run("--swap", "total=@1")
    assert done.code == 2
    assert "`total` takes `xs: list[str]`, and @1 takes `xs: list[int]`" in done.err
    assert len(flow.project.run("runs", "--json").json["runs"]) == 1


def test_what_a_run_has_not(flow):
    done = flow.run("--swap", "totl=@1")
    assert done.code == 2
    assert "run 1 calls no task 'totl'; its tasks are load, told, total" in done.err
    assert "there is no run 7" in flow.run("--swap", "total=@7").err
    flow.run("--swap", "load=@1:load")
    done = flow.run("--swap", "load=@2")
    assert "run 2 has no version of load: load was swapped for @1:load" in done.err


def test_source_that_cannot_be_loaded_any_more(flow):
    flow.project.folder.joinpath("gone.py").write_text("")
    flow.write(HELPER + "import gone\n")
    flow.run("--n", "6")
    sys.modules.pop("gone", None)
    snapshots = flow.project.run("show", "2", "--json").json
    assert snapshots["status"] == "succeeded"
    flow.write(HELPER + "import os\nif not os.path.exists('here'): raise SystemExit(3)\n")
    (flow.project.folder / "here").write_text("")
    assert flow.run("--n", "7").code == 0
    (flow.project.folder / "here").unlink()
    flow.write()
    done = flow.run("--swap", "total=@3")
    assert done.code == 2
    assert "the source of run 3" in done.err
    assert "called exit(3) while it was imported" in done.err


def test_a_run_with_a_version_is_reproduced_with_it_and_swapped_in_as_it(flow):
    flow.write(NEW)
    flow.run("--swap", "total=@1", "--n", "6")
    sys.modules.pop(flow.helper)
    done = flow.project.run("reproduce", "@last", "--here", "--json")
    assert done.json["identical"], done.out
    assert flow.json("--swap", "total=@2", "--n", "8")["result"] == "old 56"


def test_a_version_in_python(flow, monkeypatch):
    import importlib

    import cuvee

    flow.write(NEW)
    monkeypatch.syspath_prepend(flow.project.folder)
    module = importlib.import_module(flow.project.module)
    first = cuvee.runs()[-1]
    assert module.main.swap(total=first).run(n=7).result == "old 42"


def test_source_of_today_that_gets_in_all_the_same_is_an_error(flow):
    gets = "import sys; sys.path.insert(0, str(Path.cwd())); import LATE; return LATE.WORD"
    late = f"{flow.project.module}_late"
    (flow.project.folder / f"{late}.py").write_text("WORD = 'today'\n")
    again = FLOW.replace('return Path(__file__).with_name("words.txt").read_text() + str(x)', gets)
    flow.write(flow=again.replace("LATE", late))
    run = flow.json()["run"]
    sys.modules.pop(late, None)
    flow.write()
    done = flow.run("--swap", f"told=@{run}", "--n", "5")
    assert done.code == 1
    assert f"{late} was imported from {flow.project.folder / late}.py, which is of today" in done.out


# Artifacts whose classes have another version on the other side.


@pytest.fixture
def models(flow):
    flow.write(flow=MODELS)
    assert flow.json()["result"] == 8.0
    return flow


CHANGED = HELPER.replace("self.mean = mean", "self.mean, self.scale = mean, 1.0").replace(
    "abs(x - self.mean)", "abs(x - self.mean) * self.scale"
)


def test_an_artifact_of_another_version_of_its_class_is_not_handed_over(models):
    models.write(CHANGED, MODELS)
    done = models.run("--swap", "fit=@2")
    assert done.code == 1
    assert f"was made with another version of {models.helper}:Model: blake3:" in done.out
    assert "__cuvee_migrate__(self) of the class says how" in done.out
    there = models.run("--swap", "judge=@2")
    assert there.code == 1
    assert "in the source of run 2: a " in there.out
    assert f"`judge`: a {models.helper}.Model" in models.project.run("plan", "FILE", "--swap", "fit=@2").err


def test_it_is_where_the_class_says_how(models):
    models.write(CHANGED.replace("def add", f"{MIGRATES}\n\ndef add"), MODELS)
    assert models.json("--swap", "fit=@2")["result"] == 16.0
    again = models.json("--swap", "fit=@2")
    assert decisions(again) == {"fit": "reused", "judge": "reused"}


def test_what_was_migrated_is_never_taken_for_what_was_not(models):
    models.write(CHANGED.replace("def add", f"{MIGRATES}\n\ndef add"), MODELS)
    models.json("--swap", "fit=@2")
    assert models.json()["result"] == 8.0
    models.write(flow=MODELS)
    back = models.json()
    assert back["result"] == 8.0
    assert decisions(back) == {"fit": "reused", "judge": "reused"}


def test_an_older_version_of_the_class_may_say_how_too(models):
    old = HELPER.replace("def add", f"{MIGRATES.replace('not hasattr', 'hasattr')}\n\ndef add").replace(
        "self.scale = 2.0", "self.mean = 0.0"
    )
    models.write(old, MODELS)
    run = models.json("--n", "3")["run"]
    models.write(CHANGED, MODELS)
    assert models.json("--swap", f"judge=@{run}")["result"] == 10.0
    models.write(old, MODELS)
    assert models.json()["result"] == 8.0


def test_a_result_by_reference_is_held_to_the_same(models):
    models.write(CHANGED, MODELS)
    task = f"{models.project.module}.py:judge"
    done = models.project.run("run", task, "--model", "@2:fit")
    assert done.code == 2
    assert (
        f"@2:fit: a {models.helper}.Model was made with another version of {models.helper}:Model" in done.err
    )
    models.write(CHANGED.replace("def add", f"{MIGRATES}\n\ndef add"), MODELS)
    assert models.project.run("run", task, "--model", "@2:fit", "--json").json["result"] == 16.0
    models.write(flow=MODELS)
    assert models.project.run("run", task, "--model", "@2:fit", "--json").json["result"] == 8.0
