from __future__ import annotations

import pytest

from cuvee.errors import CheckError

TEXT = """
    @task
    def load(n: int) -> list[int]:
        return list(range(n))

    @task
    def square(x: int) -> int:
        return x * x

    @task
    def total(xs: list[int], scale: int = 1) -> int:
        return sum(xs) * scale

    @pipeline
    def main(n: int = 2, scale: int = 1):
        return total(square.map(load(n)), scale=scale)

    @pipeline
    def waits(n: int = 2):
        xs = result(load(n))
        return total(xs)
"""


def decisions(plan):
    return [(call.path, call.decision, call.reason_code) for call in plan.calls]


def test_before_the_first_run_only_what_needs_nothing_can_be_told(project):
    project.write(TEXT)
    assert decisions(project.plan()) == [
        ("load", "execute", "first_run"),
        ("square", "depends", "upstream"),
        ("total", "depends", "upstream"),
    ]


def test_planning_runs_and_records_nothing(project):
    project.write(TEXT)
    project.plan()
    assert project.session.queries.runs() == ()


def test_after_a_run_everything_is_followed_through(project):
    project.write(TEXT)
    project.run()
    plan = project.plan()
    assert [(call.path, call.decision) for call in plan.calls] == [
        ("load", "reuse"),
        ("square[0]", "reuse"),
        ("square[1]", "reuse"),
        ("total", "reuse"),
    ]
    assert all(call.seconds is not None for call in plan.calls)
    assert plan.calls[-1].artifact is not None


def test_a_plan_says_what_the_run_then_does(project):
    project.write(TEXT)
    project.run()
    plan = project.plan(scale=3)
    run = project.run(scale=3)
    words = {"execute": "executed", "reuse": "reused"}
    assert [(call.path, words[call.decision], call.reason) for call in plan.calls] == [
        (call.path, call.decision, call.reason) for call in run.calls
    ]


def test_how_long_it_took_is_known_for_what_depends_too(project):
    project.write(TEXT)
    project.run()
    plan = project.plan(n=3)
    assert [(call.path, call.decision) for call in plan.calls] == [
        ("load", "execute"),
        ("square", "depends"),
        ("total", "depends"),
    ]
    assert plan.calls[0].seconds > 0
    assert plan.calls[2].seconds > 0


def test_where_the_body_waits_for_a_value_that_is_not_there_the_plan_ends(project):
    project.write(TEXT)
    plan = project.plan("waits")
    assert [call.path for call in plan.calls] == ["load"]
    assert "load" in plan.open_end


def test_a_value_on_record_is_read_and_the_plan_goes_on(project):
    project.write(TEXT)
    project.run("waits")
    plan = project.plan("waits")
    assert [(call.path, call.decision) for call in plan.calls] == [("load", "reuse"), ("total", "reuse")]
    assert plan.open_end == ""


def test_mistakes_are_told_as_by_a_run(project):
    project.write(TEXT)
    with pytest.raises(CheckError, match="did you mean `scale`"):
        project.plan(scal=1)


def test_what_waits_for_a_map_names_the_map(project):
    project.write(TEXT)
    project.run()
    project.write(TEXT.replace("x * x", "x * x * x"))
    total = project.plan().calls[-1]
    assert total.reason == "follows from square"
    assert total.follows == ("square[0]", "square[1]")
