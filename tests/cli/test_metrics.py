from __future__ import annotations

import math

from cuvee.cli.metrics import grouped_metrics


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
