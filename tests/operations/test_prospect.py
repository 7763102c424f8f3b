"""Names of tasks that a body which waits has not called yet: what cannot come is told before it waits, and
what may come is waited for."""

from __future__ import annotations

import sys

import pytest

from cuvee.errors import CheckError
from cuvee.operations.overrides import Overrides, parse_override
from cuvee.operations.plan import plan
from cuvee.operations.run import run

TASKS = """
    @task
    def first(x: int = 1) -> int:
        return x

    @task
    def later(x: int = 1) -> int:
        return x

    @task
    def elsewhere(x: int = 1) -> int:
        return x
"""
NOTHING_RUNS = TASKS.replace("return x", "raise AssertionError('nothing may run')", 1)

MAIN = """
    @pipeline
    def main(extra: object = None):
        result(first())
        return {}
"""


def overrides(*texts):
    return Overrides([parse_override(text) for text in texts], lambda text, annotation, default: int(text))


@pytest.mark.parametrize("verb", [run, plan])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        (
            {"overrides": overrides("ltaer.x=2")},
            "--set ltaer.x: the pipeline calls no task 'ltaer'; did you mean 'later'?",
        ),
        (
            {"overrides": overrides("nosuch.x=2")},
            "--set nosuch.x: the pipeline calls no task 'nosuch'; its tasks are first, later",
        ),
        (
            {"overrides": overrides("elsewhere.x=2")},
            "--set elsewhere.x: the pipeline calls no task 'elsewhere'; its tasks are first, later",
        ),
        (
            {"swaps": {"ltaer": 2, "nosuch": 1}},
            "swap ltaer=2: the pipeline calls no task 'ltaer': did you mean later? "
            "Its tasks are first, later\n"
            "swap nosuch=1: the pipeline calls no task 'nosuch'; its tasks are first, later",
        ),
    ],
)
def test_a_task_that_the_body_cannot_reach_is_told_before_the_first_wait(project, verb, how, words):
    module = project.write(NOTHING_RUNS + MAIN.format("later()"))
    with pytest.raises(CheckError) as caught:
        verb(project.session, module.main, {"extra": [{"of": 1.5}]}, **how)
    assert str(caught.value) == words
    assert project.session.queries.runs() == ()


class Odd:
    """As a stand-in for what is not there yet."""

    @property
    def __class__(self) -> type:
        raise RuntimeError


def test_an_object_that_answers_oddly_is_no_hindrance(project):
    odd = [Odd()]
    module = project.write(NOTHING_RUNS + MAIN.format("later()"))
    with pytest.raises(CheckError, match="calls no task 'nosuch'"):
        run(project.session, module.main, {}, overrides=overrides("nosuch.x=2"))
    assert odd


BODIES = {
    "by its name": ("", "later()"),
    "by a helper": ("def helper():\n    return later()", "helper()"),
    "by a helper's default": ("def helper(step=later):\n    return step()", "helper()"),
    "from a table": ('STEPS = {"a": [first, later]}', 'STEPS["a"][1]()'),
    "from an attribute": ("class Steps:\n    step = later", "Steps.step()"),
    "from an instance": (
        "class Steps:\n    def go(self):\n        return later()\nSTEPS = Steps()",
        "STEPS.go()",
    ),
    "by another pipeline": ("@pipeline\ndef inner():\n    return later()", "inner()"),
    "by what globals() has": ("", 'globals()["later"]()'),
    "with options": ("", "later.options(cpus=1)()"),
    "made on the way": (
        "def make():\n    def made(x: int = 1) -> int:\n        return x\n    return task(made)",
        "make()()",
    ),
    "made on the way by a decorator of another name": (
        "step = task\ndef make():\n    @step\n    def made(x: int = 1) -> int:\n"
        "        return x\n    return made",
        "make()()",
    ),
    "made under another name": (
        "def make():\n    f = lambda x=1: x\n    f.__name__ = 'made'\n    f.__qualname__ = 'made'\n"
        "    f.__annotations__ = {'x': int, 'return': int}\n    return task(f)",
        "make()()",
    ),
}


@pytest.mark.parametrize(("helpers", "call"), BODIES.values(), ids=BODIES)
def test_a_task_that_may_come_is_waited_for(project, helpers, call):
    module = project.write(TASKS + _indented(helpers) + MAIN.format(call))
    name = "made" if "made" in helpers else "later"
    assert project.run(overrides=overrides(f"{name}.x=7")).result == 7
    swapped = run(project.session, module.main, {}, swaps={name: 9})
    assert project.session.queries.calls(swapped.number)[-1].decision == "given"
    if name == "later":
        assert project.run(overrides=overrides(f"{project.name}:later.x=8")).result == 8


def test_a_task_that_is_imported_on_the_way_is_waited_for(project):
    (project.root / "more_steps.py").write_text(
        "from cuvee import task\n@task\ndef late(x: int = 1) -> int:\n    return x\n"
    )
    body = MAIN.format("late()").replace("result(", "from more_steps import late\n        result(")
    try:
        for text in (body, MAIN.format('__import__("more_steps").late()')):
            sys.modules.pop("more_steps", None)
            project.write(TASKS + text)
            assert project.run(overrides=overrides("late.x=7")).result == 7
    finally:
        sys.modules.pop("more_steps", None)


def test_a_task_that_an_argument_leads_to_is_waited_for(project):
    module = project.write(TASKS + MAIN.format("extra[0].step()") + "\n    class Holder:\n        pass\n")
    holder = module.Holder()
    holder.step = module.later
    assert project.run(overrides=overrides("later.x=7"), extra=[holder]).result == 7


def test_a_call_that_options_name_is_waited_for(project):
    module = project.write(TASKS + MAIN.format('later.options(name="called")()'))
    swapped = run(project.session, module.main, {}, swaps={"called": 9})
    assert project.session.queries.call(swapped.number, "called").decision == "given"
    module = project.write(TASKS + MAIN.format('later.options(**{"na" + "me": "a" + extra})()'))
    swapped = run(project.session, module.main, {"extra": "b"}, swaps={"ab": 9})
    assert project.session.queries.call(swapped.number, "ab").decision == "given"


def test_what_stands_in_can_be_set(project):
    module = project.write(TASKS + MAIN.format("later()"))
    done = run(
        project.session,
        module.main,
        {},
        swaps={"later": module.elsewhere},
        overrides=overrides("elsewhere.x=7"),
    )
    assert project.session.queries.call(done.number, "later").status == "succeeded"


def test_a_task_of_an_installed_library_is_waited_for(project, tmp_path, monkeypatch):
    site = tmp_path / "elsewhere" / "site-packages"
    info = site / "steps_to_buy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: steps-to-buy\nVersion: 1.0\nRequires-Dist: cuvee\n"
    )
    (info / "RECORD").write_text("steps_to_buy.py,,\n")
    (site / "steps_to_buy.py").write_text(
        "from cuvee import task\ndef go():\n    @task\n    def bought(x: int = 1) -> int:\n        return x\n"
        "    return bought()\n"
    )
    monkeypatch.syspath_prepend(site)
    try:
        project.write(
            "import steps_to_buy\n"
            + TASKS.replace("\n    ", "\n")
            + MAIN.format("steps_to_buy.go()").replace("\n    ", "\n")
        )
        assert project.run(overrides=overrides("bought.x=7")).result == 7
    finally:
        sys.modules.pop("steps_to_buy", None)


def test_what_may_not_have_come_in_the_end_is_told_then(project):
    project.write(TASKS + MAIN.format("first() if extra is None else later()"))
    with pytest.raises(CheckError, match="calls no task 'later'"):
        project.run(overrides=overrides("later.x=7"))


def _indented(text):
    return "\n" + "".join(f"    {line}\n" for line in text.split("\n"))
