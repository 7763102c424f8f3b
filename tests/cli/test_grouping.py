from __future__ import annotations

from handmade import executed, failed, reused

from cuvee.cli.grouping import grouped
from cuvee.model.record import CallRecord


def labels(calls: list[CallRecord]) -> list[tuple[str, int]]:
    return [(group.label, len(group.calls)) for group in grouped(calls, lambda call: call.status == "failed")]


def test_a_map_is_one_where_its_first_call_stands() -> None:
    calls = [
        executed(0, "load"),
        *(executed(1 + i, f"score[{i}]") for i in range(100)),
        executed(101, "mean"),
    ]
    assert labels(calls) == [("load", 1), ("score[0…99]", 100), ("mean", 1)]


def test_a_short_map_is_shown_call_by_call() -> None:
    assert labels([executed(i, f"score[{i}]") for i in range(3)]) == [(f"score[{i}]", 1) for i in range(3)]


def test_failed_calls_stand_out() -> None:
    calls = [failed(i, f"score[{i}]") if i == 3 else reused(i, f"score[{i}]") for i in range(10)]
    assert labels(calls) == [("score[0…9]", 9), ("score[3]", 1)]


def test_very_many_failed_calls_are_one_again() -> None:
    assert labels([failed(i, f"score[{i}]") for i in range(50)]) == [("score[0…49]", 50)]


def test_a_long_loop_is_one_with_its_first_call() -> None:
    names = ["train", *(f"train#{i}" for i in range(2, 41))]
    assert labels([executed(i, name) for i, name in enumerate(names)]) == [("train#1…40", 40)]


def test_a_short_loop_is_shown_call_by_call() -> None:
    names = ["train", "train#2", "train#3"]
    assert labels([executed(i, name) for i, name in enumerate(names)]) == [(name, 1) for name in names]


def test_maps_of_two_tasks_that_take_turns_stay_apart() -> None:
    calls = [executed(2 * i + j, f"{name}[{i}]") for i in range(5) for j, name in enumerate(("fit", "score"))]
    assert labels(calls) == [("fit[0…4]", 5), ("score[0…4]", 5)]


def test_every_call_is_in_one_group() -> None:
    calls = [
        executed(i, path) for i, path in enumerate(["a", "a#2", "b[0]", "b[1]", "c/b[0]", "c/b#2[0]", "d#2"])
    ]
    found = [call for group in grouped(calls, lambda call: False) for call in group.calls]
    assert sorted(call.position for call in found) == list(range(len(calls)))
