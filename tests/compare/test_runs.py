"""What two runs differ in: what somebody changed, each once, and what followed from it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ledgers import code, environment, item
from msgspec.structs import replace
from records import call, failed, given, part, run, skipped

from cuvee.compare.alignment import aligned
from cuvee.compare.runs import compare_runs
from cuvee.model.difference import Difference
from cuvee.model.key import Ledger
from cuvee.model.record import CallRecord, RunRecord


def compared(
    a: Sequence[CallRecord],
    b: Sequence[CallRecord],
    *ledgers: Ledger,
    runs: tuple[RunRecord, RunRecord] | None = None,
) -> Difference:
    known = {ledger.digest: ledger for ledger in ledgers}
    first, second = runs or (run(1), run(2))
    return compare_runs(first, second, (a, b), lambda digest: known.get(digest))[0]  # type: ignore[arg-type]


def roots(found: Difference) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(root.kind, root.text, root.calls) for root in found.root_changes]


def states(found: Difference) -> dict[str, str]:
    return {each.path: each.state for each in found.calls}


def wine(depth: str = "8", csv: str = "1", test: str = "1", **gives: str) -> list[CallRecord]:
    """load → train → evaluate, with a parameter of train's."""
    model = f"model {depth}{csv}"
    return [
        call("load", part("file", "csv", csv), gives=csv),
        call(
            "train", part("input", "wines", csv, "load"), part("parameter", "max_depth", depth), gives=model
        ),
        call("evaluate", part("input", "model", model, "train"), gives=gives.get("evaluate", model)),
    ]


def test_a_parameter_is_the_root_and_what_takes_its_result_follows() -> None:
    runs = run(1, metrics={"rmse": 0.7173}), run(2, metrics={"rmse": 0.7061})
    found = compared(wine("8"), wine("12"), runs=runs)
    assert roots(found) == [("parameter", "max_depth: 8 → 12", ("train",))]
    assert states(found) == {"load": "same", "train": "root", "evaluate": "knock_on"}
    assert [call.follows for call in found.knock_on] == [("train",)]
    assert found.summary == (
        "rmse fell from 0.717 to 0.706 (−0.011): max_depth went from 8 to 12; train and evaluate followed."
    )


def test_a_call_whose_result_came_out_the_same_ends_the_knock_on() -> None:
    found = compared(wine("8", evaluate="x"), wine("12", evaluate="x"))
    assert [call.same_result for call in found.knock_on] == [True]


def test_equal_runs_say_so() -> None:
    found = compared(wine(), wine())
    assert found.summary == "Nothing changed between run 1 and run 2."
    assert not found.root_changes
    assert set(states(found).values()) == {"same"}


def test_a_helper_that_many_tasks_reach_is_one_change() -> None:
    old, new = (code(item("features.scale", content)) for content in "12")
    a, b = (
        [call(path, part("code", "", "")) for path in ("clean", "train", "judge")],
        [call(path, part("code", "", "")) for path in ("clean", "train", "judge")],
    )
    with_code = [[_with_code(each, ledger) for each in calls] for calls, ledger in ((a, old), (b, new))]
    found = compared(*with_code, old, new)
    assert roots(found) == [
        ("code", "features.scale() changed (features.py:41)", ("clean", "train", "judge"))
    ]


def test_a_default_is_part_of_the_change_of_its_function() -> None:
    before = code(item("features.scale"), item("features.scale(factor)", "2", "default", text="2"))
    after = code(item("features.scale", "2"), item("features.scale(factor)", "3", "default", text="3"))
    found = compared([_with_code(call("clean"), before)], [_with_code(call("clean"), after)], before, after)
    [root] = found.root_changes
    assert root.change is not None
    assert root.change.name == "features.scale"
    assert [change.name for change in root.within] == ["features.scale(factor)"]


def test_what_is_installed_counts_where_a_key_has_it_and_is_told_apart_where_none_has() -> None:
    old, new = environment("numpy 1"), environment("numpy 2")
    runs = (
        run(1, versions={"numpy": "1", "attrs": "1", "old": "3"}),
        run(2, versions={"numpy": "2", "attrs": "2"}),
    )
    a, b = ([_with(call("clean"), "environment", ledger)] for ledger in (old, new))
    found = compared(a, b, old, new, runs=runs)
    assert roots(found) == [("environment", "numpy 1 → 2", ("clean",))]
    assert found.unreached == ("attrs 1 → 2", "old 3 is gone")


def test_calls_that_came_and_went_and_other_ways_are_changes_of_the_graph() -> None:
    a = [call("load"), call("old"), call("judge", part("input", "model", "m", "old"))]
    b = [call("load"), call("new"), call("judge", part("input", "model", "n", "new"))]
    found = compared(a, b)
    assert roots(found) == [
        ("graph", "new is new", ("new",)),
        ("graph", "judge takes model from new now", ("judge",)),
        ("graph", "old is gone", ("old",)),
    ]


def test_an_element_more_of_a_map_follows_from_what_is_mapped_over() -> None:
    def mapped(count: int) -> list[CallRecord]:
        loaded = call("load", part("parameter", "n", str(count)), gives=str(count))
        each = [call(f"score[{n}]", part("input", "x", str(n), f"load.{n}")) for n in range(count)]
        names = ", ".join(f"score[{n}]" for n in range(count))
        return [loaded, *each, call("total", part("input", "xs", str(count), names))]

    found = compared(mapped(2), mapped(3))
    assert roots(found) == [("parameter", "n: 2 → 3", ("load",))]
    assert states(found) == {
        "load": "root", "score[0]": "same", "score[1]": "same", "score[2]": "new", "total": "knock_on",
    }  # fmt: skip
    back = compared(mapped(3), mapped(2))
    assert roots(back) == [("parameter", "n: 3 → 2", ("load",))]
    assert states(back)["score[2]"] == "gone"


def test_calls_of_a_map_follow_from_what_gave_its_list_and_what_takes_them_from_the_map() -> None:
    def mapped(n: int) -> list[CallRecord]:
        loaded = call("load", part("parameter", "n", str(n)), gives=str(n))
        each = [
            call(f"score[{at}]", part("parameter", "x", str(n + at), "load"), gives=str(n)) for at in (0, 1)
        ]
        return [loaded, *each, call("total", part("input", "xs", str(n), "score"), gives=str(n))]

    found = compared(mapped(2), mapped(3))
    assert roots(found) == [("parameter", "n: 2 → 3", ("load",))]
    assert [(each.path, each.follows) for each in found.knock_on] == [
        ("score[0]", ("load",)),
        ("score[1]", ("load",)),
        ("total", ("score",)),
    ]


def test_another_result_of_the_same_key_is_a_change_by_itself() -> None:
    a = [call("load", gives="1"), call("train", part("input", "x", "1", "load"))]
    b = [call("load", gives="2"), call("train", part("input", "x", "2", "load"))]
    found = compared(a, b)
    assert states(found) == {"load": "root", "train": "knock_on"}
    assert [(root.kind, root.path) for root in found.root_changes] == [("data", "load")]
    assert found.summary == "load gave another result on the same inputs; load and train followed."


def test_a_parameter_of_the_pipeline_that_no_call_shows_is_told() -> None:
    runs = (
        run(1, parameters={"max_depth": "8", "fast": "False"}),
        run(2, parameters={"max_depth": "12", "fast": "True"}),
    )
    found = compared(wine("8"), wine("12"), runs=runs)
    assert roots(found) == [
        ("parameter", "max_depth: 8 → 12", ("train",)),
        ("parameter", "fast: False → True", ()),
    ]


def test_what_did_not_run_is_not_compared_and_the_failure_comes_first() -> None:
    a, b = wine("8"), wine("12")
    b[1:] = [failed("train", *b[1].components[1:]), skipped("evaluate")]
    found = compared(a, b, runs=(run(1), run(2, status="failed")))
    assert states(found) == {"load": "same", "train": "root", "evaluate": "not_run"}
    assert found.summary == ("Run 2 failed in train (ValueError: no wine): max_depth went from 8 to 12.")


def test_a_call_that_failed_on_what_it_succeeded_with_is_not_the_same() -> None:
    a, b = wine("8"), wine("8")
    b[1:] = [failed("train", *b[1].components[1:]), skipped("evaluate")]
    found = compared(a, b, runs=(run(1), run(2, status="failed")))
    assert states(found) == {"load": "same", "train": "root", "evaluate": "not_run"}
    [root] = found.root_changes
    assert root.text.startswith("train failed in one of the runs, though all that it was given is the same")
    assert found.summary == (
        "Run 2 failed in train (ValueError: no wine): train failed in one of the runs on the same inputs."
    )


def test_what_stands_in_for_a_call_is_a_change_of_its_own() -> None:
    a, b = wine("8"), wine("12")
    b[1] = given("train", "swapped for @1:train", "swapped", gives="model 81")
    b[2] = a[2]
    found = compared(a, b)
    assert roots(found) == [("graph", "train is swapped for @1:train", ("train",))]
    assert set(states(found).values()) == {"same"}
    back = compared(b, a)
    assert [root.text for root in back.root_changes] == ["train is not swapped for @1:train any more"]


def test_what_was_taken_from_the_other_run_is_the_same() -> None:
    a, b = wine("8"), wine("8")
    b[0] = given("load", "taken as it was in run 1", "taken", gives="1")
    found = compared(a, b)
    assert not found.root_changes
    assert set(states(found).values()) == {"same"}
    b[0] = given("load", "taken as it was in run 7", "taken", gives="2")
    assert [root.text for root in compared(a, b).root_changes] == ["load is taken as it was in run 7"]


def test_a_seed_that_no_call_draws_from_is_told() -> None:
    first, second = run(1), run(2)
    seeded = replace(second, start=replace(second.start, seed=3))
    found = compared(wine(), wine(), runs=(first, seeded))
    assert roots(found) == [("parameter", "seed: none → 3", ())]
    assert found.summary == "the seed went from none to 3."


def test_the_whole_comes_before_its_segments() -> None:
    runs = (
        run(1, metrics={"rmse.home": 2.0, "rmse": 3.0, "count": 1.0}),
        run(2, metrics={"rmse.home": 1.0, "rmse": 4.0, "new": 7.0}),
    )
    assert compared(wine("8"), wine("9"), runs=runs).summary.startswith("rmse rose from 3 to 4 (+1)")
    only = run(1), run(2, metrics={"new": 7.0})
    assert compared(wine("8"), wine("9"), runs=only).summary.startswith("new is new (7): max_depth went")


def test_two_pipelines_are_called_that_with_what_they_share() -> None:
    runs = run(1), run(2, pipeline="other:count")
    b = [wine("12")[0], call("count", part("input", "wines", "1", "load"))]
    assert compared(wine("8"), b, runs=runs).summary == (
        "count and study are two pipelines that share load; these came to the same in both."
    )
    assert compared(wine("8"), [*wine("12"), b[1]], runs=runs).summary == (
        "count and study are two pipelines that share load, train and evaluate; these differ: max_depth went "
        "from 8 to 12."
    )


def test_a_run_beside_itself_and_two_that_failed_alike() -> None:
    runs = run(1, status="failed"), run(2, status="failed")
    b = [failed("train")]
    assert compared(b, b, runs=runs).summary.startswith("Both runs failed in train (ValueError: no wine)")
    assert compared(b, b, runs=(runs[0], runs[0])).summary == "Run 1 beside itself: nothing differs."


def test_runs_with_nothing_in_common_say_what_each_has() -> None:
    found = compared([call("load")], [call("fetch"), call("fit")], runs=(run(1), run(2, pipeline="x:other")))
    assert found.summary == (
        "Runs 1 and 2 have no task in common: run 1 of study has load; run 2 of other has fetch and fit."
    )
    assert not found.root_changes


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        pytest.param(["load", "train"], ["train", "load"], ["train=train", "load=load"], id="by path"),
        pytest.param(["load"], ["fetch"], ["=fetch", "load="], id="other tasks"),
    ],
)
def test_calls_are_aligned(a: list[str], b: list[str], pairs: list[str]) -> None:
    found = aligned([call(path) for path in a], [call(path) for path in b])
    assert [f"{x.path if x else ''}={y.path if y else ''}" for x, y in found] == pairs


def test_calls_of_a_task_at_other_paths_are_aligned_by_what_they_share() -> None:
    def used(path: str, *texts: str) -> CallRecord:
        parts = [part("parameter", f"p{n}", text) for n, text in enumerate(texts)]
        return call(path, *parts, task="wine:train")

    a = [used("train", "a", "b"), used("train#2", "c", "d")]
    b = [used("first/train", "c", "x"), used("second/train", "a", "y")]
    found = {y.path: x.path for x, y in aligned(a, b) if x and y}
    assert found == {"first/train": "train#2", "second/train": "train"}


def _with_code(record: CallRecord, ledger: Ledger) -> CallRecord:
    return _with(record, "code", ledger)


def _with(record: CallRecord, kind: str, ledger: Ledger) -> CallRecord:
    from msgspec.structs import replace

    from cuvee.model.key import Component

    rest = tuple(part for part in record.components if part.kind != kind)
    return replace(record, components=(*rest, Component(kind, "", ledger.digest)), key=ledger.digest)  # type: ignore[arg-type]
