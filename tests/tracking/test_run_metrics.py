from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cuvee.model.entry import Metric
from cuvee.tracking.metrics import run_metrics, standing


def standing_values(*metrics):
    return {name: metrics[index].value for name, index in standing(metrics).items()}


def test_without_steps_the_last_logged_stands():
    assert standing_values(Metric("a", 1.0), Metric("b", 2.0), Metric("a", 3.0)) == {"a": 3.0, "b": 2.0}


def test_with_steps_the_highest_stands_and_of_equals_the_last_logged():
    assert standing_values(Metric("a", 1.0, 1), Metric("a", 3.0, 3), Metric("a", 2.0, 2)) == {"a": 3.0}
    assert standing_values(Metric("a", 1.0, 1), Metric("a", 2.0, 1)) == {"a": 2.0}


def test_a_summary_without_a_step_takes_the_place_of_a_curve():
    assert standing_values(Metric("a", 1.0, 1), Metric("a", 9.0)) == {"a": 9.0}
    assert standing_values(Metric("a", 9.0), Metric("a", 1.0, 1)) == {"a": 1.0}


@given(st.lists(st.builds(Metric, st.sampled_from("ab"), st.floats(), st.none() | st.integers(0, 3))))
def test_one_value_stands_for_each_name_that_was_logged(metrics):
    found = standing(metrics)
    assert set(found) == {metric.name for metric in metrics}
    assert all(metrics[index].name == name for name, index in found.items())


def test_names_that_several_calls_logged_have_paths():
    values = [("a", "rmse", 1.0), ("a", "mae", 2.0), ("b/c#2", "rmse", 3.0)]
    assert run_metrics(values) == (("a.rmse", 1.0), ("mae", 2.0), ("b/c#2.rmse", 3.0))
    assert run_metrics([]) == ()
