"""What is exact is exact, whatever the layout; what is estimated says so and is near."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cuvee.model.profile import ColumnProfile
from cuvee.profiles.describing import describe
from cuvee.profiles.extremes import extremes_of
from cuvee.profiles.sampling import MOST_ROWS, SAMPLED_ROWS, sampled_positions

FLOATS = st.sampled_from(["f2", "f4", "f8", "i1", "u8", "i8", "?"]).flatmap(
    lambda dtype: hnp.arrays(dtype, st.integers(0, 40))
)


def column_of(values: object) -> ColumnProfile:
    (column,) = describe(values, str).columns
    return column


@given(FLOATS, st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_extremes_are_those_of_all_that_is_not_missing(values: np.ndarray, step: int) -> None:
    values = values[::step]
    (found,) = extremes_of([values])
    present = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    assert found.missing == values.size - present.size
    assert (found.low, found.high) == ((present.min(), present.max()) if present.size else (None, None))


def test_a_column_of_a_row_major_block_is_read_like_any_other() -> None:
    block = np.random.default_rng(1).normal(size=(70_000, 3))
    block[69_999, 1] = np.nan
    block[5, 1], block[69_998, 1] = 99.0, -99.0
    apart = extremes_of([block[:, at] for at in range(3)])
    together = extremes_of([np.ascontiguousarray(block[:, at]) for at in range(3)])
    assert [one[:3] for one in apart] == [one[:3] for one in together]
    assert [one.total for one in apart] == pytest.approx([one.total for one in together])
    assert (apart[1].low, apart[1].high, apart[1].missing) == (-99.0, 99.0, 1)


def test_small_data_has_nothing_estimated() -> None:
    column = column_of(pd.Series([1.0, 2.0, 2.0, None, 4.0]))
    assert (column.minimum, column.maximum, column.nulls, column.mean) == (1.0, 4.0, 1, 2.25)
    assert (column.distinct, column.seen, column.estimated) == (3, 4, ())
    assert column.quantiles[0] == 1.0
    assert column.quantiles[10] == 2.0
    assert column.quantiles[-1] == 4.0
    assert [(top.value, top.count) for top in column.top] == [("2", 2), ("1", 1), ("4", 1)]


def test_large_data_is_exact_where_it_says_so() -> None:
    values = np.random.default_rng(7).normal(10, 2, 300_000)
    values[123_457], values[299_999], values[7] = -1e6, 1e6, np.nan
    column = column_of(pd.DataFrame({"x": values})["x"])
    assert (column.minimum, column.maximum, column.nulls) == (-1e6, 1e6, 1)
    assert column.mean == pytest.approx(np.nanmean(values), rel=1e-12)
    assert set(column.estimated) == {"deviation", "distinct", "quantiles", "histogram", "top"}
    assert column.seen == pytest.approx(SAMPLED_ROWS, abs=2)
    assert column.quantiles[10] == pytest.approx(10, abs=0.05)
    assert column.quantiles[1] == pytest.approx(np.nanquantile(values, 0.05), abs=0.1)
    assert column.distinct == pytest.approx(300_000, rel=0.01)


def test_the_sample_is_the_same_every_time_and_falls_in_step_with_no_period() -> None:
    positions = sampled_positions(1_000_000)
    assert positions is not None
    assert sampled_positions(MOST_ROWS) is None
    assert (np.diff(positions) > 0).all()
    assert 0 <= positions[0] < positions[-1] < 1_000_000
    for period in (2, 7, 10, 24, 60):
        share = np.bincount(positions % period) / positions.size
        assert share == pytest.approx(np.full(period, 1 / period), abs=0.01)


@pytest.mark.parametrize("period", [97, 500, 1000, 1024])
def test_no_value_that_comes_again_and_again_is_passed_over(period: int) -> None:
    assert column_of(pd.Series(np.arange(200_000) % period)).distinct == period


def test_few_distinct_values_of_many_rows_are_all_found() -> None:
    column = column_of(pd.Series(np.arange(400_000) % 5))
    assert column.distinct == 5
    assert sorted(top.value for top in column.top) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        (np.array(["2026-01-02", "NaT", "2026-01-01"], "M8[D]"), ("2026-01-01", "2026-01-02")),
        (np.array([1, 2], "M8[ns]"), ("1970-01-01T00:00:00.000000001", "1970-01-01T00:00:00.000000002")),
        (np.array([-1, 90_000_000_000_000], "m8[ns]"), ("-00:00:00.000000001", "1 days 01:00:00")),
        (pd.Series(pd.to_datetime(["2026-01-01T12:00+02:00"])), ("2026-01-01T10:00Z", "2026-01-01T10:00Z")),
        (np.array([2**63 + 1, 3], "u8"), (3, "9223372036854775809")),
        (np.array([math.inf, 1.0]), (1.0, "inf")),
    ],
)
def test_extremes_are_told_to_the_last_digit(values: object, ends: tuple[object, object]) -> None:
    column = column_of(values)
    assert (column.minimum, column.maximum) == ends


def test_an_infinity_is_counted_and_spoils_nothing() -> None:
    column = column_of(np.array([1.0, 2.0, 3.0, math.inf, -math.inf, math.nan]))
    assert (column.infinite, column.nulls, column.mean) == (2, 1, 2.0)
    assert (column.quantiles[0], column.quantiles[-1]) == (1.0, 3.0)
