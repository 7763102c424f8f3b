"""Columns of a stored frame: the same whichever library, wherever they were, and read alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from test_pandas_codec import assert_same, of_every_dtype

from cuvee.codecs.narrowed import narrow_value
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact, blobs_of
from cuvee.perform.narrow import narrow_artifact
from cuvee.perform.unpack import unpack
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project, stored

N = 10_000


def columns() -> dict[str, Any]:
    return {"a": np.arange(N) / 7, "b": np.arange(N), "c": np.arange(N) / 3, "d": ["x", "yy"] * (N // 2)}


FRAMES: dict[str, Callable[..., Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
    "batch": pa.RecordBatch.from_pydict,
}
each_library = pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES.keys())


def narrowed(value: Any, *names: Any) -> tuple[Artifact, MemoryStore]:
    artifact, store = stored(value)
    return narrow_artifact(artifact, names, store, Path("/nowhere"), class_digest=no_project), store


def taken(value: Any, *names: Any) -> Any:
    return unpack(*narrowed(value, *names), "/nowhere")


def digests(value: Any, *names: Any) -> dict[str, bytes]:
    return {name: child.digest for name, child in narrowed(value, *names)[0].children}


def names_in(frame: Any) -> list[str]:
    return list(frame.schema.names if isinstance(frame, pa.Table | pa.RecordBatch) else frame.columns)


@each_library
def test_a_task_gets_these_columns_in_this_order(make: Callable[..., Any]) -> None:
    frame = make(columns())
    for value in (taken(frame, "d", "a"), narrow_value(frame, ("d", "a"))):
        assert type(value) is type(frame)
        assert names_in(value) == ["d", "a"]
        assert np.asarray(value["a"]).tobytes() == (np.arange(N) / 7).tobytes()
        assert list(map(str, value["d"]))[:2] == ["x", "yy"]


@each_library
def test_another_column_its_place_and_the_order_of_the_frame_do_not_count(make: Callable[..., Any]) -> None:
    data = columns()
    base = digests(make(data), "a", "d")
    assert list(base) == ["a", "d"]
    assert digests(make({**data, "b": np.zeros(N)}), "a", "d") == base
    assert digests(make({"new": np.ones(N), **data}), "a", "d") == base
    assert digests(make({key: data[key] for key in reversed(data)}), "a", "d") == base
    changed = digests(make({**data, "a": data["a"] + 1}), "a", "d")
    assert changed["a"] != base["a"]
    assert changed["d"] == base["d"]


@each_library
def test_only_the_blobs_of_these_columns_are_needed(make: Callable[..., Any]) -> None:
    artifact, store = narrowed(make(columns()), "a")
    assert [blob.size for blob in blobs_of(artifact) if blob.size > 1000] == [pytest.approx(8 * N, abs=2000)]
    whole, _ = stored(make(columns()))
    for blob in blobs_of(whole):
        if blob not in set(blobs_of(artifact)):
            store._blobs.pop(blob.digest)
    assert len(unpack(artifact, store, "/nowhere")["a"]) == N


@each_library
def test_a_column_that_is_missing_is_told_with_those_there_are(make: Callable[..., Any]) -> None:
    frame = make(columns())
    message = "has no column 'e', 7: it has 'a', 'b', 'c', 'd'"
    with pytest.raises(CannotEncode, match=message):
        taken(frame, "a", "e", 7)
    with pytest.raises(CannotEncode, match=message):
        narrow_value(frame, ("a", "e", 7))


def test_what_is_no_frame_has_no_columns() -> None:
    for value in (pd.Series([1]), pl.Series([1]), pa.array([1]), 3, {"a": [1]}):
        with pytest.raises(CannotEncode, match=r"is (a|of type) .*columns are taken of"):
            taken(value, "a")


def test_every_dtype_of_pandas_is_taken_as_it_is() -> None:
    frame = of_every_dtype()
    frame.attrs["unit"] = ["g/l"]
    frame = frame.set_flags(allows_duplicate_labels=False)
    for name in frame.columns:
        assert_same(taken(frame, name), narrow_value(frame, (name,)))
        pd.testing.assert_frame_equal(taken(frame, name), frame[[name]], check_freq=True, check_flags=True)
    names = tuple(frame.columns[::-2])
    assert_same(taken(frame, *names), narrow_value(frame, names))
    assert taken(frame, *names).attrs == frame.attrs


@pytest.mark.parametrize("dtype", ["f8", "M8[us]", "O", "m8[s]"])
def test_how_a_column_lay_among_others_does_not_count(dtype: str) -> None:
    values = np.arange(30).reshape(10, 3).astype(dtype)
    by_rows = pd.DataFrame(values, copy=False, columns=list("abc"))
    alone = pd.DataFrame({name: pd.Series(values[:, n].copy()) for n, name in enumerate("abc")})
    if dtype != "O":
        assert digests(by_rows, "c", "a") == digests(by_rows.copy(), "c", "a") == digests(alone, "c", "a")
    assert_same(taken(by_rows, "c", "a"), taken(by_rows.copy(), "c", "a"))


def test_one_name_may_stand_for_several_columns() -> None:
    twice = pd.DataFrame([[1, 2.0, "x"]], columns=["a", "b", "a"])
    pd.testing.assert_frame_equal(taken(twice, "a"), twice[["a"]])
    assert list(digests(twice, "a")) == ["a", "a#2"]
    deep = pd.DataFrame([[1, 2, 3]], columns=pd.MultiIndex.from_tuples([("u", 1), ("u", 2), ("v", 1)]))
    pd.testing.assert_frame_equal(taken(deep, "u"), deep[["u"]])
    pd.testing.assert_frame_equal(taken(deep, ("v", 1)), deep[[("v", 1)]])


def test_writing_into_what_was_taken_is_not_seen_in_the_frame() -> None:
    frame = pd.DataFrame(columns())
    for value in (taken(frame, "a"), narrow_value(frame, ("a",))):
        value.loc[0, "a"] = 99.0
        value["a"] *= 2
        assert frame.loc[0, "a"] == 0.0


class Ours(pd.DataFrame):
    @property
    def _constructor(self) -> type[Ours]:
        return Ours


def test_columns_of_a_subclass_are_taken_of_the_whole() -> None:
    frame = Ours({"a": [1], "b": [2]})
    value = taken(frame, "b")
    assert type(value) is Ours
    assert value.columns.tolist() == ["b"]
