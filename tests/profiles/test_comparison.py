"""Two profiles tell what moved between two values, near to what the values would have told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.linear_model import LinearRegression

from cuvee.model.profile import Profile
from cuvee.profiles.comparison import ColumnChange, ProfileComparison, compare_profiles
from cuvee.profiles.describing import describe

RNG = np.random.default_rng(3)


def compared(old: object, new: object) -> ProfileComparison:
    return compare_profiles(describe(old, str), describe(new, str))


def column(old: object, new: object) -> ColumnChange:
    (change,) = compared(pd.Series(old), pd.Series(new)).columns
    return change


def test_equal_values_have_not_moved() -> None:
    frame = pd.DataFrame({"x": RNG.normal(size=500), "label": ["a", "b"] * 250, "none": [None] * 500})
    comparison = compared(frame, frame.copy())
    assert not any(change.moved for change in comparison.columns)
    assert comparison.added == comparison.removed == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RNG.normal(0, 1, 4000), RNG.normal(0.5, 1, 4000)),
        (RNG.normal(0, 1, 4000), RNG.normal(0, 3, 4000)),
        (RNG.exponential(1, 4000), RNG.exponential(4, 4000)),
        (RNG.integers(0, 50, 4000), RNG.integers(10, 60, 4000)),
        (np.r_[np.zeros(2000), RNG.normal(size=2000)], RNG.normal(size=4000)),
        (RNG.normal(0, 1, 4000), RNG.normal(100, 1, 4000)),
        (RNG.normal(0, 1, 4000), RNG.normal(0, 1, 4000)),
        (RNG.integers(0, 3, 4000), RNG.integers(0, 4, 4000)),
    ],
)
def test_the_distance_is_near_the_one_of_the_values(old: np.ndarray, new: np.ndarray) -> None:
    change = column(old, new)
    assert change.distance == pytest.approx(ks_2samp(old, new).statistic, abs=0.06)


def test_the_stability_index_tells_a_shift_from_none() -> None:
    steady, shifted = RNG.normal(size=4000), RNG.normal(1, 1, 4000)
    same, moved = column(steady, RNG.normal(size=4000)).stability, column(steady, shifted).stability
    assert same is not None
    assert moved is not None
    assert same < 0.02 < 0.2 < moved


def test_categories_are_compared_by_their_shares() -> None:
    change = column(["a"] * 5 + ["b"] * 5, ["a"] * 2 + ["b"] * 5 + ["c"] * 3)
    assert change.distance == pytest.approx(0.3)
    assert (change.distinct.old, change.distinct.new) == (2, 3)


def test_texts_of_too_many_values_have_no_distance() -> None:
    assert column(list("abcdefghijklmno") * 2, list("abcdefghijklmnp") * 2).distance is None


def test_columns_that_came_went_and_changed_their_dtype() -> None:
    old = pd.DataFrame({"a": [1, 2], "gone": [1, 2]})
    new = pd.DataFrame({"new": [1, 2], "a": [1.0, None]})
    comparison = compared(old, new)
    assert (comparison.added, comparison.removed) == (("new",), ("gone",))
    (change,) = comparison.columns
    assert change.dtype == ("int64", "float64")
    assert (change.null_share.old, change.null_share.new) == (0.0, 0.5)


def test_columns_of_one_name_go_together_in_order() -> None:
    old = pd.DataFrame([[1, 5]], columns=["a", "a"])
    new = pd.DataFrame([[1, 6, 7]], columns=["a", "a", "a"])
    comparison = compared(old, new)
    assert [change.maximum.new for change in comparison.columns] == [1, 6]
    assert comparison.added == ("a",)


def test_models_are_compared_by_parameters_and_weights() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0]})
    one, two = LinearRegression().fit(frame, [1, 2, 4]), LinearRegression(positive=True).fit(frame, [2, 4, 8])
    comparison = compared(one, two)
    assert comparison.parameters == (("positive", "False", "True"),)
    ((name, old, new),) = comparison.weights
    assert (name, round(old or 0, 6), round(new or 0, 6)) == ("a", 1.0, 2.0)


ANY = st.one_of(
    st.lists(st.one_of(st.floats(), st.none()), max_size=30),
    st.lists(st.integers(-(2**70), 2**70), max_size=30),
    st.lists(st.text(max_size=3), max_size=30),
    st.lists(st.dates(), max_size=30),
    st.lists(st.booleans(), max_size=30),
)


@given(ANY, ANY)
@settings(max_examples=100, deadline=None)
def test_any_two_profiles_can_be_compared(old: list[object], new: list[object]) -> None:
    profiles: list[Profile] = [describe(pd.Series(values, dtype=object), str) for values in (old, new)]
    (change,) = compare_profiles(*profiles).columns
    assert change.distance is None or 0 <= change.distance <= 1 + 1e-9
    (same,) = compare_profiles(profiles[0], profiles[0]).columns
    assert not same.distance
