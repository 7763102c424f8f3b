"""Profiles of parts put together are near to the profile of the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuvee.profiles.describing import describe
from cuvee.profiles.merging import CannotMerge, merge_profiles

RNG = np.random.default_rng(4)


def test_parts_tell_what_the_whole_does() -> None:
    whole = pd.DataFrame(
        {
            "x": np.where(
                RNG.random(9000) < 0.1, np.nan, np.r_[RNG.normal(size=3000), RNG.normal(5, 2, 6000)]
            ),
            "label": RNG.choice(["a", "b", "c"], 9000),
            "when": pd.date_range("2026", periods=9000, freq="h"),
            "took": pd.to_timedelta(RNG.integers(-(10**6), 10**6, 9000), unit="s"),
        }
    )
    parts = [describe(whole.iloc[at : at + 3000], str) for at in (0, 3000, 6000)]
    merged, told = merge_profiles(*parts), describe(whole, str)
    assert merged.shape == told.shape
    for ours, theirs in zip(merged.columns, told.columns, strict=True):
        assert (ours.nulls, ours.minimum, ours.maximum) == (theirs.nulls, theirs.minimum, theirs.maximum)
        assert ours.mean == (None if theirs.mean is None else pytest.approx(theirs.mean, rel=1e-6))
        assert ours.deviation == (
            None if theirs.deviation is None else pytest.approx(theirs.deviation, rel=1e-6)
        )
        spread = (theirs.deviation or 0) * 0.2
        assert ours.quantiles == pytest.approx(theirs.quantiles, abs=spread)
    labels = [{top.value: top.count for top in profile.columns[1].top} for profile in (merged, told)]
    assert labels[0] == labels[1]


def test_what_is_mixed_is_marked_as_estimated() -> None:
    one = describe(pd.Series([1.0, 2.0]), str)
    assert {"quantiles", "histogram", "distinct"} <= set(merge_profiles(one, one).columns[0].estimated)


def test_an_empty_part_changes_nothing_but_the_nulls() -> None:
    full, empty = describe(pd.Series([1.0, 2.0]), str), describe(pd.Series([np.nan]), str)
    (column,) = merge_profiles(empty, full).columns
    assert (column.nulls, column.mean, column.estimated) == (1, 1.5, ())


def test_frames_of_other_columns_are_refused() -> None:
    with pytest.raises(CannotMerge, match="other names"):
        merge_profiles(describe(pd.DataFrame({"a": [1]}), str), describe(pd.DataFrame({"b": [1]}), str))


VALUES = st.one_of(
    st.lists(st.one_of(st.floats(), st.none()), max_size=20),
    st.lists(st.integers(-(2**70), 2**70), max_size=20),
    st.lists(st.text(max_size=3), max_size=20),
    st.lists(st.timedeltas(), max_size=20),
)


@given(VALUES, VALUES)
@settings(max_examples=100, deadline=None)
def test_any_two_parts_go_together(one: list[object], two: list[object]) -> None:
    parts = [describe(pd.Series(values, dtype=object), str) for values in (one, two)]
    merged = merge_profiles(*parts)
    assert merged.rows == len(one) + len(two)
    nulls = [part.columns[0].nulls for part in parts]
    assert merged.columns[0].nulls == sum(nulls)  # type: ignore[arg-type]
