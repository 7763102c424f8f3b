from __future__ import annotations

import math

from cuvee.cli.metrics import grouped_metrics, of_one_call


def test_the_metrics_of_a_map_are_one_line() -> None:
    metrics = [("baseline", 0.9), *((f"score[{i}].rmse", i / 4) for i in range(5)), ("score[0].mae", 3.0)]
    assert grouped_metrics(metrics) == [
        ("baseline", "0.9"),
        ("score[0…4].rmse", "0 … 1, mean 0.5"),
        ("score[0].mae", "3"),
    ]


def test_a_few_are_shown_one_by_one() -> None:
    metrics = [(f"fit[{i}].rmse", float(i)) for i in range(3)]
    assert grouped_metrics(metrics) == [("fit[0].rmse", "0"), ("fit[1].rmse", "1"), ("fit[2].rmse", "2")]


def test_names_with_dots_and_brackets_of_their_own_stay_whole() -> None:
    metrics = [("train.rmse", 0.5), ("top[5]", 0.25), ("nan", math.nan)]
    assert grouped_metrics(metrics) == [("train.rmse", "0.5"), ("top[5]", "0.25"), ("nan", "nan")]


def test_the_metrics_of_a_long_loop_are_one_line() -> None:
    metrics = [("fit.rmse", 0.25), *((f"fit#{i}.rmse", 0.25) for i in range(2, 12)), ("fit#2.mae", 3.0)]
    assert grouped_metrics(metrics) == [("fit#1…11.rmse", "0.25"), ("fit#2.mae", "3")]
    assert grouped_metrics(metrics[:2]) == [("fit.rmse", "0.25"), ("fit#2.rmse", "0.25")]


def test_names_of_one_call_leave_those_of_many_out() -> None:
    names = ["rmse", "score[0].rmse", "fit.mae", "fit#2.mae", *(f"sum#{i}.n" for i in range(2, 13)), "sum.n"]
    assert of_one_call(names) == ["rmse", "fit.mae", "fit#2.mae"]
