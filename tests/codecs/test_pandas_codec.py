from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import pandas as hpd

from cuvee.perform.unpack import unpack
from cuvee.testing.codecs import digest_of, round_trip, stored

DAYS = pd.date_range("2024-01-01", periods=3, freq="D")


def of_every_dtype() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "int": [1, 2, 3],
            "small": np.array([1, 2, 3], "i1"),
            "float": [0.5, -0.0, np.nan],
            "bool": [True, False, True],
            "text": ["a", None, "ünï"],
            "object": [1, "a", None],
            "nested": [[1], {"a": (2,)}, None],
            "Int64": pd.array([1, None, 3], "Int64"),
            "boolean": pd.array([True, None, False], "boolean"),
            "string": pd.array(["a", None, "c"], "string"),
            "category": pd.Categorical(["b", "a", None], categories=["c", "b", "a"], ordered=True),
            "when": DAYS,
            "there": DAYS.tz_localize("Europe/Berlin"),
            "fixed": DAYS.tz_localize(dt.timezone(dt.timedelta(hours=2))),
            "took": pd.to_timedelta([1, 2, None], "h"),
            "period": pd.period_range("2024-01", periods=3, freq="M"),
            "interval": pd.interval_range(0, 3),
            "sparse": pd.arrays.SparseArray([0, 0, 1]),
            "complex": [1j, 2, 3],
        }
    )


FRAMES: dict[str, Callable[[], Any]] = {
    "every dtype": of_every_dtype,
    "arrow": lambda: of_every_dtype()[["int", "float", "text"]].convert_dtypes(dtype_backend="pyarrow"),
    "no rows": lambda: of_every_dtype().iloc[:0],
    "no columns": lambda: pd.DataFrame(index=[1, 2]),
    "nothing": pd.DataFrame,
    "all null": lambda: pd.DataFrame({"a": [None, None], "b": [np.nan, np.nan]}),
    "names twice": lambda: pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
    "number names": lambda: pd.DataFrame([[1, 2.0]], columns=[0, (1, "b")]),
    "many indexes": lambda: pd.DataFrame(
        np.arange(8).reshape(4, 2),
        index=pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["k", None]),
        columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["u", "v"]),
    ),
    "dates": lambda: pd.DataFrame({"a": [1, 2, 3]}, index=DAYS.rename("day")),
    "a slice": lambda: of_every_dtype().iloc[::2, ::2],
    "turned": lambda: pd.DataFrame(np.arange(6.0).reshape(2, 3)).T,
    "in blocks": lambda: pd.concat([pd.DataFrame({"a": [1.0]}), pd.DataFrame({"b": [2.0]})], axis=1),
    "grown": lambda: pd.DataFrame({"a": [1.0], "b": [2]}).assign(c=3.0, d=4),
    "series": lambda: pd.Series([1, 2], index=["x", "y"], name="n"),
    "series of text": lambda: pd.Series(["a", None], name=("a", 1)),
    "category series": lambda: pd.Series(["a", "b"], dtype="category"),
    "index": lambda: pd.Index(["a", "b"], name="i"),
    "range index": lambda: pd.RangeIndex(2, 10, 3, name="r"),
    "multi-index": lambda: pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"]),
    "date index": lambda: DAYS,
    "category index": lambda: pd.CategoricalIndex(["a", "b", "a"]),
    "timestamp": lambda: pd.Timestamp("2024-01-02", tz="Europe/Paris"),
    "not a time": lambda: pd.NaT,
    "missing": lambda: pd.NA,
    "array": lambda: pd.array([1, None], "Int64"),
    "dtype": lambda: pd.CategoricalDtype(["a", "b"], ordered=True),
}


def layout_of(values: Any) -> str:
    if not isinstance(values, np.ndarray):
        return "extension"
    return "rows" if values.flags.c_contiguous else "columns" if values.flags.f_contiguous else "gaps"


def blocks_of(value: Any) -> list[Any]:
    """How it lies in memory: what decides the bits of a sum or a product."""
    manager = getattr(value, "_mgr", None)
    if manager is None:
        return []
    return [
        (
            type(block).__name__,
            block.mgr_locs.as_array.tolist(),
            str(block.dtype),
            block.shape,
            layout_of(block.values),
        )
        for block in manager.blocks
    ]


def assert_same(back: Any, value: Any) -> None:
    assert type(back) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(back, value, check_exact=True, check_freq=True, check_flags=True)
        assert [str(dtype) for dtype in back.dtypes] == [str(dtype) for dtype in value.dtypes]
        assert type(back.index) is type(value.index)
        assert back.columns.equals(value.columns)
        assert back.attrs == value.attrs
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(back, value, check_exact=True, check_freq=True, check_flags=True)
    elif isinstance(value, pd.Index):
        pd.testing.assert_index_equal(back, value, exact=True)
        assert getattr(back, "freq", None) == getattr(value, "freq", None)
    elif value is pd.NaT or value is pd.NA:
        assert back is value
    else:
        assert repr(back) == repr(value)
    blocks = blocks_of(value)
    if not any("gaps" in block for block in blocks):  # those are closed when it is stored
        assert blocks_of(back) == blocks


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES.keys())
def test_it_comes_back_as_it_was(make: Callable[[], Any]) -> None:
    value = make()
    artifact, _ = stored(value)
    assert artifact.codec == "pandas"
    back = round_trip(value)
    assert_same(back, value)
    assert_same(round_trip(back), back)


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES.keys())
def test_equal_frames_that_were_made_alike_have_one_digest(make: Callable[[], Any]) -> None:
    assert digest_of(make()) == digest_of(make())


def test_a_frame_that_was_loaded_keeps_its_digest() -> None:
    once = round_trip(of_every_dtype())
    assert digest_of(once) == digest_of(round_trip(once))


columns = [
    *hpd.columns(["a", "b"], dtype=float),
    hpd.column("n", dtype=int),
    hpd.column("t", elements=st.text(max_size=3), dtype=object),
]


@settings(max_examples=30)
@given(hpd.data_frames(columns))
def test_any_frame_comes_back(frame: pd.DataFrame) -> None:
    assert_same(round_trip(frame), frame)


def test_attributes_and_flags_come_back() -> None:
    frame = pd.DataFrame({"a": [1]}).set_flags(allows_duplicate_labels=False)
    frame.attrs["source"] = {"file": "wine.csv", "rows": (1, 2)}
    back = round_trip(frame)
    assert back.attrs == frame.attrs
    assert not back.flags.allows_duplicate_labels


def different() -> list[Any]:
    base = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    zones = [
        DAYS.tz_localize(zone) for zone in (None, "UTC", "Europe/Berlin", dt.timezone(dt.timedelta(hours=1)))
    ]
    return [
        base,
        base.rename(columns={"b": "c"}),
        base[["b", "a"]],
        base.astype({"b": "f4"}),
        base.astype("Float64"),
        base.astype(object),
        base.set_axis([1, 2]),
        base.set_axis(["0", "1"]),
        base.rename_axis("i"),
        base.rename_axis(columns="c"),
        base.iloc[:1],
        base.iloc[::-1],
        base.where(base != 1, -0.0),
        base.where(base != 1, 0.0),
        base["a"],
        base["a"].rename(None),
        base["a"].to_frame(),
        base["a"].to_numpy(),
        pd.Index(base["a"]),
        *(pd.Series(["a", "b"]).astype(dtype) for dtype in ("string", object, "category")),
        pd.Series(pd.Categorical(["a", "b"], categories=["b", "a"])),
        pd.Series(pd.Categorical(["a", "b"], ordered=True)),
        *(pd.DataFrame({"when": zone}) for zone in zones),
        pd.DataFrame({"when": DAYS.astype("M8[s]")}),
    ]


def test_names_dtypes_index_categories_and_zones_each_count() -> None:
    values = different()
    assert len({digest_of(value) for value in values}) == len(values)


def large() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"n": np.arange(200_000), "x": rng.random(200_000), "y": rng.random(200_000)})


def test_large_columns_are_parts_of_their_own() -> None:
    frame = large()
    artifact, _ = stored(frame)
    sizes = sorted(part.size for part in artifact.parts)
    assert sizes[-1] == 3_200_000
    assert sum(sizes[:-2]) < 10_000


def test_a_loaded_frame_can_be_written_to_and_is_private() -> None:
    frame = large()
    artifact, store = stored(frame)
    one, other = (unpack(artifact, store, Path()) for _ in range(2))
    one.loc[0, "x"] = 99.0
    one["n"] += 1
    one["new"] = one["x"] * 2
    one["y"].to_numpy(copy=False)
    pd.testing.assert_frame_equal(other, frame)
    assert digest_of(other) == artifact.digest


def test_computations_give_the_same_bits_live_and_loaded() -> None:
    frame = large()
    back = round_trip(frame)
    for compute in (
        lambda f: f.mean(),
        lambda f: f[["x", "y"]].to_numpy() @ np.ones(2),
        lambda f: f.groupby(f["n"] % 7).sum(),
        lambda f: f[["x", "y"]].corr(),
        lambda f: f.to_numpy().sum(axis=1),
    ):
        live, loaded = np.asarray(compute(frame)), np.asarray(compute(back))
        assert live.tobytes() == loaded.tobytes()


class Ours(pd.DataFrame):
    _metadata = ["unit"]  # noqa: RUF012 - as pandas has it

    @property
    def _constructor(self) -> type[Ours]:
        return Ours


def test_a_subclass_goes_to_pickle() -> None:
    frame = Ours({"a": [1]})
    frame.unit = "g/l"
    assert stored(frame)[0].codec == "pickle"
    back = round_trip(frame)
    assert type(back) is Ours
    assert back.unit == "g/l"
