"""Two frames by rows: what came, went and changed, by a key or by all that is in a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cuvee.errors import UsageError
from cuvee.operations.rows import rows_difference

OLD = {"id": [1, 2, 3, 4], "x": [1.0, 2.0, None, 4.0], "t": ["a", "b", "c", "d"]}
NEW = {"id": [2, 3, 4, 5], "x": [2.0, None, 9.0, 5.0], "t": ["b", "c", "e", "f"]}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_by_a_key(make: Callable[..., Any]) -> None:
    found = rows_difference(make(OLD), make(NEW), ["id"])
    assert (found.added, found.removed, found.changed, found.same) == (1, 1, 1, 2)
    assert dict(found.cells) == {"x": 1, "t": 1}
    assert found.examples == ("id=4: x 4.0 → 9.0, t d → e",)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_by_all_that_is_in_a_row(make: Callable[..., Any]) -> None:
    found = rows_difference(make(OLD), make(NEW), [])
    assert (found.added, found.removed, found.changed, found.same) == (2, 2, 0, 2)


def test_equal_rows_are_counted() -> None:
    found = rows_difference(pd.DataFrame({"x": [1, 1, 1, 2]}), pd.DataFrame({"x": [1, 2, 2]}), [])
    assert (found.added, found.removed, found.same) == (1, 2, 2)


def test_the_order_of_rows_and_columns_and_the_index_do_not_count() -> None:
    old = pd.DataFrame(OLD)
    new = old.iloc[::-1][["t", "x", "id"]].set_index(pd.Index([9, 8, 7, 6]))
    for key in ([], ["id"]):
        found = rows_difference(old, new, key)
        assert (found.added, found.removed, found.changed, found.same) == (0, 0, 0, 4)


def test_a_number_is_the_same_in_another_dtype_and_values_may_not_be_exchanged() -> None:
    ints = pd.DataFrame({"x": [1, 2], "y": [2, 1]})
    assert rows_difference(ints, ints.astype(float), []).same == 2
    exchanged = pd.DataFrame({"x": [2, 5], "y": [1, 5]})
    assert rows_difference(pd.DataFrame({"x": [1], "y": [2]}), exchanged, []).same == 0


def test_what_cannot_be_hashed_is_told_by_how_it_reads() -> None:
    old, new = pd.DataFrame({"id": [1, 2], "v": [[1], [2]]}), pd.DataFrame({"id": [1, 2], "v": [[1], [3]]})
    found = rows_difference(old, new, ["id"])
    assert (found.changed, found.same, found.examples) == (1, 1, ("id=2: v [2] → [3]",))


def test_a_number_is_no_text_that_reads_the_same() -> None:
    old, new = (pd.DataFrame({"v": pd.Series(values, dtype=object)}) for values in ([1, "x"], ["1", "x"]))
    assert rows_difference(old, new, []).same == 1


def test_several_columns_may_be_the_key() -> None:
    old = pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 1], "v": [1, 2, 3]})
    found = rows_difference(old, old.assign(v=[1, 2, 4]), ["a", "b"])
    assert (found.changed, found.same, found.examples) == (1, 2, ("a=2, b=1: v 3 → 4",))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (["nix"], "--key nix: that column is not there; there are id, x, t"),
        (["two"], "--key two: that column is not there"),
    ],
)
def test_a_key_that_is_not_there(key: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        rows_difference(pd.DataFrame(OLD), pd.DataFrame(NEW), key)


def test_a_key_that_rows_share_is_refused() -> None:
    with pytest.raises(UsageError, match="--key id is no key: 1 rows have its values once more"):
        rows_difference(pd.DataFrame(OLD), pd.DataFrame({**NEW, "id": [2, 2, 3, 4]}), ["id"])


def test_frames_without_rows() -> None:
    empty = pd.DataFrame({"id": [], "x": []})
    found = rows_difference(empty, empty, ["id"])
    assert (found.added, found.removed, found.changed, found.same) == (0, 0, 0, 0)
    assert rows_difference(empty, pd.DataFrame({"id": [1], "x": [2]}), []).added == 1
