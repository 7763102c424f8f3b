"""A profile on the terminal: it fits, it aligns, and nothing is left out without a word."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from cuvee.cli.profile_columns import sparkline
from cuvee.cli.profile_page import profile_lines
from cuvee.cli.summary import Page
from cuvee.cli.table import plain, width_of
from cuvee.profiles.describing import describe

MORE = "cuvee show 1 make"


def lines_of(value: object, width: int = 80) -> list[str]:
    return profile_lines(describe(value, str), Page(width, plain), MORE)


def people(rows: int = 1000) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "age": np.arange(rows) % 90,
            "income of the whole household before tax": np.arange(rows) * 1e4 / 3,
            "name": ["anna", "bob", "céline", "a very long name that goes on and on"] * (rows // 4),
            "born": pd.date_range("1950-01-01", periods=rows, freq="D", tz="Europe/Rome"),
            "grade": pd.Categorical(["A", "B"] * (rows // 2)),
            "member": [True, False] * (rows // 2),
            "notes": [[1]] * rows,
        }
    )
    frame.loc[0, "age"] = np.nan
    return frame


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = lines_of(people(), width)
    assert max(map(width_of, lines)) <= width


def test_each_column_is_one_line_with_its_range_and_shape() -> None:
    assert lines_of(people(), 96)[:9] == [
        "pandas.DataFrame, 1,000 rows × 7 columns",
        "  column          dtype       nulls  min … max                mean        distinct  values",
        "  age             float64         1  0 … 89                   44.14       90        █▇▇▇▇▇▇▇▇▇",
        "  income…ore tax  float64         0  0 … 3330000              1665000     1,000     ██████████",
        "  name            str             0  a very long… … céline                4         anna 25%, b…",
        "  born            datetime64      0  1949-12-31 … 1952-09-25  1951-05-15  1,000     ██████████",
        "  grade           category        0                                       2         A 50%, B 50%",
        "  member          bool            0  False … True             0.5         2         False 50%,…",
        "  notes           object          0                                                 values of c…",
    ]


def test_the_first_rows_stand_below() -> None:
    frame = pd.DataFrame({"x": [1.0, None], "label": ["a", "b"]}, index=["first", "second"])
    assert lines_of(frame)[-5:] == [
        "",
        "first rows",
        "   index  x  label",
        "   first  1      a",
        "  second  ·      b",
    ]


def test_columns_that_are_left_out_are_counted() -> None:
    lines = lines_of(pd.DataFrame(np.zeros((2, 70))))
    assert f"  … and 10 more columns: {MORE} --json" in lines


def test_estimates_are_marked() -> None:
    lines = lines_of(pd.DataFrame({"x": np.arange(200_000) % 1000}))
    assert "~1,000" in lines[2]
    assert lines[3] == "  ~ and values: estimated from a sample of 32,768 rows; the rest is exact"


def test_a_model_tells_what_was_set() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0]})
    lines = lines_of(Ridge(alpha=0.5).fit(frame, [1, 2, 3]))
    at = lines.index("parameters")
    assert lines[at : at + 3] == ["parameters", "  alpha  0.5", "  … and 7 more as they are by default"]
    assert lines_of(Ridge())[-2:] == ["parameters", "  all as they are by default"]


def test_a_problem_is_told() -> None:
    assert "  values of 2 classes have no order" not in lines_of(pd.Series([1, "a"], dtype=object))
    assert any("2 classes" in line for line in lines_of(pd.Series([1, "a"], dtype=object)))


def test_a_bin_with_little_in_it_is_not_shown_as_empty() -> None:
    assert sparkline((1, 0, 0, 0, 1_000_000, 0)) == "▁ █"
