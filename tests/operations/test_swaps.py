"""Swaps: something else in the place of a task, checked before anything runs."""

from __future__ import annotations

from functools import partial

import pytest

from cuvee.api.run import Run
from cuvee.errors import CheckError, DamagedBlob, UsageError
from cuvee.model.graph import Supplied
from cuvee.operations import swaps
from cuvee.operations.overrides import Overrides, parse_override
from cuvee.operations.plan import plan
from cuvee.operations.run import run

TEXT = """
    @task
    def load(n: int) -> list[int]:
        return list(range(n))

    @task
    def total(xs: list[int], scale: int = 1, plus: int = 0) -> int:
        return sum(xs) * scale + plus

    @task
    def pair(x: int, by: int = 1) -> tuple[int, int]:
        return x, x + by

    @task
    def square(x: int) -> int:
        return x * x

    @pipeline
    def inner(n: int):
        return total(load(n))

    @pipeline
    def main(n: int = 4, scale: int = 2):
        first, second = pair(total(load(n), scale))
        return first, second

    @pipeline
    def nested():
        return inner(3), total(load(2), 10), total(load(5), 10)

    @pipeline
    def squares():
        return square.map([1, 2, 3]), square.map(load(3))

    # What stands in.

    @task(cache=False)
    def uncached(xs: list[int], scale: int = 1) -> int:
        return -1

    @task
    def turned(plus: int = 5, scale: int = 3, xs: list[int] = []) -> int:
        return 1000 * scale + plus + len(xs)

    def loose(*, xs, **rest):
        return len(xs) + rest.get("scale", 0)

    def needs_more(xs: list[int], scale: int, extra: float) -> int:
        return 0

    def lacks(xs: list[int]) -> int:
        return 0

    def other_types(xs: str, scale: str) -> float:
        return 0.5

    def wrong_result(xs, scale):
        return "text"

    def cubes(x: int) -> int:
        return x**3
"""


@pytest.fixture
def module(project):
    return project.write(TEXT)


def swapped(project, name="main", swaps=None, overrides=None, **named):
    """The run of the pipeline of that name, with these swaps."""
    runnable = getattr(project.module, name).swap(swaps, **named)
    return Run(project.session, run(project.session, runnable, {}, overrides=overrides))


def problems(project, name="main", swaps=None, **named):
    before = len(project.session.queries.runs())
    with pytest.raises(CheckError) as caught:
        swapped(project, name, swaps, **named)
    assert len(project.session.queries.runs()) == before
    return [problem.message for problem in caught.value.problems]


def test_a_function_takes_the_place_of_a_task_and_its_name(project, module):
    done = swapped(project, total=lambda xs, scale: len(xs))
    assert [call.path for call in done] == ["load", "total", "pair"]
    assert done["total"].output == 4
    assert done["total"].task.startswith("test_swaps:")
    assert done["total"].task.endswith("<lambda>")
    assert done.result == (4, 5)


def test_the_pipeline_itself_stays_as_it_is(project, module):
    swapped(project, total=module.uncached)
    assert project.run().result == (12, 13)


def test_a_swap_back_is_reused(project, module):
    first = project.run()
    swapped(project, total=module.turned)
    again = project.run()
    assert {call.decision for call in again} == {"reused"}
    assert again.result == first.result


def test_the_same_swap_again_is_reused(project, module):
    swapped(project, total=module.turned)
    assert swapped(project, total=module.turned)["total"].decision == "reused"


def test_what_is_given_by_position_goes_to_the_parameter_of_that_name(project, module):
    assert swapped(project, total=module.turned)["total"].output == 2009  # its own default, 5, for `plus`


def test_parameters_that_nobody_gives_need_not_be_there(project, module):
    assert swapped(project, total=module.uncached)["total"].output == -1


def test_the_rest_by_name_takes_what_it_has_no_name_for(project, module):
    assert swapped(project, total=module.loose)["total"].output == 6


def test_the_options_are_those_of_the_task_that_stands_in_or_else_of_the_other(project, module):
    swapped(project, total=module.uncached)
    assert swapped(project, total=module.uncached)["total"].decision == "executed"
    module.total = module.total.options(cache=False)
    swapped(project, total=module.turned)
    assert swapped(project, total=module.turned)["total"].decision == "executed"


def test_a_value_stands_for_what_all_calls_give(project, module):
    done = swapped(project, "nested", load=[7, 8])
    assert {call.path: call.decision for call in done if "load" in call.path} == dict.fromkeys(
        ["inner/load", "load", "load#2"], "given"
    )
    assert done.result == (15, 150, 150)
    assert done["load"].reason == "swapped for a value: [7, 8]"


def test_the_elements_of_a_value_are_artifacts_of_their_own(project, module):
    done = swapped(project, pair=(5, 6))
    assert done.result == (5, 6)
    assert [name for name, _ in done["pair"].artifact.children] == ["0", "1"]


def test_what_an_earlier_call_gave_is_taken_as_it_is_on_record(project, module):
    before = project.run()
    done = swapped(project, load=before["load"])
    assert done["load"].decision == "given"
    assert done["load"].artifact == before["load"].artifact
    assert done["load"].reason == f"swapped for @{before.number}:load"
    assert done["total"].decision == "reused"


def test_a_recorded_result_that_the_store_has_lost_is_said(project, module, results_only):
    project.write(TEXT.replace("list(range(n))", "[*range(n), *range(100_000, 140_000)]"))
    before = project.run()
    for blob in (project.session.home / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    with pytest.raises(DamagedBlob):
        swapped(project, load=before["load"])


def test_one_call_is_named_by_its_path(project, module):
    done = swapped(project, "nested", {"inner/total": 1, "total#2": lambda xs, scale: 2})
    assert done.result == (1, 10, 2)
    assert swapped(project, "nested", {"total#1": 1}).result == (3, 1, 100)


def test_a_path_goes_before_a_task(project, module):
    assert swapped(project, "nested", {"total#2": 0}, total=1).result == (1, 1, 0)


def test_a_task_can_be_named_in_full(project, module):
    assert swapped(project, swaps={f"{project.name}:total": 3})["total"].output == 3


def test_all_of_a_map_whether_its_length_is_known_or_not(project, module):
    assert swapped(project, "squares", square=module.cubes).result == ([1, 8, 27], [0, 1, 8])
    assert swapped(project, "squares", square=9).result == ([9, 9, 9], [9, 9, 9])
    assert swapped(project, "squares", {"square#1": 9}).result == ([9, 9, 9], [0, 1, 4])
    assert swapped(project, "squares", {"square[1]": 9}).result == ([1, 9, 9], [0, 1, 4])


def test_a_parameter_of_what_stands_in_can_be_set(project, module):
    for name in ("total", "turned"):
        overrides = Overrides([parse_override(f"{name}.plus=7")], lambda text, *_: int(text))
        assert swapped(project, total=module.turned, overrides=overrides)["total"].output == 2011


def test_swaps_are_on_record(project, module):
    before = project.run()
    done = swapped(project, load=before["load"], total=module.turned, pair=(1, 2))
    told = project.session.queries.run(done.number).start.swaps
    assert [(swap.name, swap.kind, swap.text) for swap in told] == [
        ("load", "result", "@1:load"),
        ("total", "function", f"{project.name}:turned"),
        ("pair", "value", "(1, 2)"),
    ]


def test_the_plan_knows_them(project, module):
    before = project.run()
    runnable = module.main.swap(load=before["load"], total=module.turned)
    planned = plan(project.session, runnable, {})
    assert {call.path: call.decision for call in planned.calls} == {
        "load": "given",
        "total": "execute",
        "pair": "depends",
    }


@pytest.mark.parametrize("taken", [False, True])
def test_the_plan_says_why_a_result_stands_in_as_the_run_does(project, module, monkeypatch, taken):
    before = project.run()
    runnable = module.main.swap(load=before["load"])
    monkeypatch.setattr(swaps, "Supplied", partial(Supplied, taken=taken))
    planned = plan(project.session, runnable, {}).calls[0]
    done = project.session.queries.call(run(project.session, runnable, {}).number, "load")
    assert (planned.reason_code, planned.reason) == (done.reason_code, done.reason)
    assert planned.reason_code == ("taken" if taken else "swapped")


def test_a_call_that_was_swapped_is_none_to_compare_with(project, module):
    project.run(n=3)
    swapped(project, load=[1])
    assert project.run(n=4)["load"].reason == "n: 3 → 4"


# What does not fit is told, all at once, before anything runs.


def test_unknown_names(project, module):
    assert problems(project, swaps={"totl": 1, "inner/total": 2, "pair": (1, 1)}) == [
        "swap totl=1: the pipeline calls no task 'totl': did you mean total? Its tasks are load, pair, total",
        "swap inner/total=2: the pipeline has no call 'inner/total': did you mean total? "
        "Its calls are load, total, pair",
    ]
    (inside,) = problems(project, "nested", inner=1)
    assert "inner is a pipeline in it: swap its calls, such as inner/load" in inside
    (element,) = problems(project, "squares", {"square#2[0]": 1})
    assert "known only when it runs" in element


def test_parameters_that_are_missing_or_too_many(project, module):
    (needed,) = problems(project, total=module.needs_more)
    assert needed.endswith(
        f"is swapped for {project.name}:needs_more, which needs `extra: float`, which is not given"
    )
    (lacking,) = problems(project, total=module.lacks)
    assert "is given `scale`" in lacking
    assert "has no such parameter; it takes `xs`" in lacking


def test_types_of_parameters_and_of_the_result(project, module):
    first, second, third, *_ = problems(project, total=module.other_types)
    assert "`total` takes `xs: list[int]`" in first
    assert "takes `xs: str`" in first
    assert "`scale: str`" in second
    assert "`total` returns int" in third
    assert "returns float" in third


def test_a_value_of_another_type(project, module):
    found = problems(project, load="abc", pair=(1,))
    assert [message.partition(":")[0] for message in found] == ["swap load='abc'", "swap pair=(1,)"]


def test_a_result_of_another_type_fails_the_call(project, module):
    done = swapped(project, total=module.wrong_result)
    assert done.status == "failed"
    assert "its annotation says it returns int" in done["total"]._record.failure.message


@pytest.mark.parametrize("thing", [int, len, "main"])
def test_what_can_stand_in_for_no_task(project, module, thing):
    by = module.main if thing == "main" else thing
    with pytest.raises(UsageError, match="cannot stand in for a task"):
        module.main.swap(total=by)


def test_a_pipeline_with_swaps_has_no_plain_call_and_no_place_in_another(project, module):
    with pytest.raises(UsageError, match="which only a run has"):
        module.main.swap(total=1)()
    module.inner = module.inner.swap(total=1)
    with pytest.raises(CheckError, match="swap in the one that is run"):
        project.run("nested")
