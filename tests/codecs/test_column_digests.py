"""Columns of stored frames have digests of their own: equal where, and only where, they hold the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cuvee.codecs.column_digests import column_digests
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.perform.pack import pack_result
from cuvee.perform.unpack import StoredParts
from cuvee.stores.memory import MemoryStore


def digests(value: Any) -> tuple[Digest, ...] | None:
    store = MemoryStore()
    artifact: Artifact = pack_result(value, store, class_digest=lambda _: None)
    return column_digests(artifact, StoredParts(artifact, store, "").read)


COLUMNS: dict[str, list[Any]] = {
    "i": [1, 2, 3],
    "f": [0.5, 1.5, 2.5],
    "g": [0.5, 1.5, 2.5],
    "b": [True, False, True],
    "t": ["a", "b", "c"],
}

MAKERS = [pd.DataFrame, pl.DataFrame, pa.table]


@pytest.mark.parametrize("make", MAKERS)
def test_each_column_has_one_and_equal_columns_have_equal_ones(make: Callable[..., Any]) -> None:
    found = digests(make(COLUMNS))
    assert found is not None
    assert len(found) == 5
    assert len(set(found)) == (5 if make is pl.DataFrame else 4)  # polars keeps the name in a column


@pytest.mark.parametrize("make", MAKERS)
def test_a_column_that_changes_leaves_the_others_as_they_were(make: Callable[..., Any]) -> None:
    before = digests(make(COLUMNS))
    assert before is not None
    for at, name in enumerate(COLUMNS):
        changed = {**COLUMNS, name: COLUMNS[name][::-1] if name != "b" else [False, False, True]}
        after = digests(make(changed))
        assert after is not None
        assert [x != y for x, y in zip(before, after, strict=True)] == [each == at for each in range(5)]


OTHER_FRAMES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "another column": lambda frame: frame.assign(new=1),
    "one that came and went": lambda frame: frame.assign(new=1).drop(columns="new"),
    "a copy": lambda frame: frame.copy(),
    "a view": lambda frame: frame.copy(deep=False),
    "all rows": lambda frame: frame.iloc[[0, 1, 2]],
    "all columns": lambda frame: frame[list(frame.columns)],
}


@pytest.mark.parametrize("change", OTHER_FRAMES.values(), ids=OTHER_FRAMES.keys())
def test_an_untouched_column_of_another_frame_is_the_same(
    change: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None, 3], "Int64"),
            "real": pd.array([0.5, None, 3], "Float64"),
            "truth": pd.array([True, None, False], "boolean"),
            "text": ["a", None, "c"],
            "python text": pd.array(["a", None, "c"], "string[python]"),
            "arrow": pd.array([1, 2, None], "int64[pyarrow]"),
            "kind": pd.Categorical(["x", "y", None]),
            "when": pd.date_range("2024-01-01", periods=3, tz="UTC"),
            "month": pd.period_range("2024-01", periods=3, freq="M"),
            "span": pd.interval_range(0, 3),
            "sparse": pd.arrays.SparseArray([0, 0, 1]),
            "object": [1, "a", None],
        }
    )
    before, after = digests(frame), digests(change(frame))
    assert before is not None
    assert after is not None
    assert [name for name, x, y in zip(frame, before, after, strict=False) if x != y] == []


@pytest.mark.parametrize("make", MAKERS)
def test_where_a_column_stands_is_no_part_of_it(make: Callable[..., Any]) -> None:
    before, after = digests(make(COLUMNS)), digests(make({"new": [9.0, 9.0, 9.0], **COLUMNS}))
    assert before is not None
    assert after is not None
    assert after[1:] == before


@pytest.mark.parametrize(
    "values",
    [
        np.array(["2026-01-01", "2026-01-02"], "M8[ns]"),
        pd.Categorical(["a", "b"]),
        pd.date_range("2026", periods=2, tz="Europe/Rome"),
        pd.array([1, None], dtype="Int64"),
        np.array([{"a": 1}, None], dtype=object),
    ],
)
def test_kinds_of_pandas_columns(values: Any) -> None:
    frame = pd.DataFrame({"x": values, "n": [1, 2]})
    before, after = digests(frame), digests(pd.DataFrame({"x": values, "n": [2, 1]}))
    assert before is not None
    assert after is not None
    assert before[0] == after[0]
    assert before[1] != after[1]
    turned = digests(frame.iloc[::-1].reset_index(drop=True))
    assert turned is not None
    assert turned[0] != before[0]


def test_equal_bytes_of_another_dtype_are_another_column() -> None:
    one, other = digests(pd.DataFrame({"x": np.zeros(3)})), digests(pd.DataFrame({"x": np.zeros(3, "int64")}))
    assert one != other


@pytest.mark.parametrize("value", [pd.Series([1]), pl.Series([1]), pa.array([1]), 3, {"x": [1]}, np.zeros(2)])
def test_what_is_no_frame_has_no_columns(value: Any) -> None:
    assert digests(value) is None


def test_a_wide_frame_of_one_block_and_a_manifest_of_its_own() -> None:
    frame = pd.DataFrame(
        np.arange(40_000.0).reshape(4, 10_000), columns=[f"a long name {n}" for n in range(10_000)]
    )
    changed = frame.copy()
    changed.iloc[0, 7] = -1
    before, after = digests(frame), digests(changed)
    assert before is not None
    assert after is not None
    assert [at for at, (x, y) in enumerate(zip(before, after, strict=True)) if x != y] == [7]
