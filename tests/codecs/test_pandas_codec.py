from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import pandas as hpd

from cuvee.codecs import registry
from cuvee.codecs.codec import Encoded
from cuvee.errors import CannotDecode, CannotEncode
from cuvee.model.artifact import blobs_of
from cuvee.perform.unpack import unpack
from cuvee.testing.codecs import digest_of, no_project, round_trip, stored

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
    "arrow lists": lambda: pd.DataFrame(
        {
            "list": pd.array([[1, None], None, []], pd.ArrowDtype(pa.list_(pa.int64()))),
            "struct": pd.array(
                [{"a": [{"b": 1}]}, None, {"a": []}],
                pd.ArrowDtype(pa.struct([("a", pa.list_(pa.struct([("b", pa.int8())])))])),
            ),
            "dictionary": pd.array(["a", None, "a"], pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))),
            "decimal": pd.array([1, 2, None], pd.ArrowDtype(pa.decimal128(10, 2))),
            "stamp": pd.array([1, 2, None], pd.ArrowDtype(pa.timestamp("us", "Asia/Tokyo"))),
            "nothing": pd.array([None] * 3, pd.ArrowDtype(pa.null())),
        }
    ),
    "chunks": lambda: pd.concat([of_every_dtype()[["string", "text"]]] * 3),
    "strings of each kind": lambda: pd.DataFrame(
        {kind: pd.array(["a", None, "ß"], kind) for kind in ("str", "string[python]", "string[pyarrow]")}
    ),
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
    "intervals": lambda: pd.Series([1, 2], index=pd.IntervalIndex.from_breaks([0.5, 1, 2], "left", name=0)),
    "periods": lambda: pd.Series([1, 2], index=pd.period_range("2024", periods=2, freq="Q", name="q")),
    "lengths": lambda: pd.Series([1, 2], index=pd.timedelta_range("1h", periods=2, freq="h", name="t")),
    "business days": lambda: pd.Series(
        range(4), index=pd.bdate_range("2024-01-01", periods=4, freq="C", holidays=["2024-01-02"])
    ),
    "zoned days": lambda: pd.DataFrame({"a": [1, 2, 3]}, index=DAYS.tz_localize("Europe/Berlin")),
    "levels of categories": lambda: pd.MultiIndex.from_arrays(
        [pd.Categorical(["a", "b"]), pd.DatetimeIndex(DAYS[:2])], names=[("x", 1), None]
    ),
    "levels left over": lambda: pd.MultiIndex.from_product([["x", "y"], [1, 2]])[:1],
    "frame name": lambda: pd.Series([1.5], name=pd.Timestamp("2024-01-02", tz="UTC")),
    "object index": lambda: pd.DataFrame([[1]], index=[dt.date(2024, 1, 2)], columns=[("a", None)]),
    "many columns": lambda: pd.DataFrame(np.arange(600).reshape(3, 200)),
    "short floats": lambda: pd.DataFrame(np.arange(4, dtype="f2").reshape(2, 2)),
    "sparse of each kind": lambda: pd.DataFrame(
        {
            "int": pd.arrays.SparseArray([0, 1, 0]),
            "block": pd.arrays.SparseArray([np.nan, 1.5, 2], kind="block"),
        }
    ),
    "offset": lambda: pd.offsets.CustomBusinessDay(holidays=["2024-01-02"]),
    "period": lambda: pd.Period("2024-01", "M"),
    "interval": lambda: pd.Interval(pd.Timestamp("2024"), pd.Timestamp("2025"), "both"),
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


class Thing:
    def __init__(self, number: int) -> None:
        self.number = number


class Asked:
    """What a codec may ask, and no store."""

    root = None
    class_digest = staticmethod(no_project)

    def encode(self, value: Any) -> Encoded:
        return registry.encode(value, self)


def encoded_of(value: Any) -> Encoded:
    return registry.encode(value, Asked())


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


INDEXES: list[Callable[[int], Any]] = [
    lambda rows: pd.Series([1] * rows, dtype="M8[ns]"),
    lambda rows: pd.Series([1] * rows, dtype="m8[ms]"),
    lambda rows: pd.Series([1] * rows, dtype="category"),
    lambda rows: pd.Series([1] * rows, dtype="Int64"),
    lambda rows: pd.Series(pd.period_range("2024-01", periods=rows, freq="M")),
    lambda rows: pd.Series(["a"] * rows, dtype="str"),
]


@pytest.mark.parametrize("make", INDEXES)
@pytest.mark.parametrize("rows", [0, 3])
def test_an_index_that_was_a_column_keeps_its_digest(make: Callable[[int], Any], rows: int) -> None:
    frame = pd.DataFrame({"at": make(rows)}).set_index("at")
    assert digest_of(round_trip(frame)) == digest_of(frame)


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


def blobs(value: Any) -> set[bytes]:
    return {blob.digest for blob in blobs_of(stored(value)[0])}


@pytest.mark.parametrize(
    "frame",
    [
        large(),
        pd.DataFrame(np.random.default_rng(0).random((200_000, 3)), copy=False),
        large().astype("Float64"),
    ],
    ids=["blocks", "turned", "masked"],
)
def test_each_large_column_is_kept_by_itself(frame: pd.DataFrame) -> None:
    artifact, _ = stored(frame)
    assert sorted(part.size for part in artifact.parts if part.size > 200_000) == [1_600_000] * 3


def test_a_new_column_costs_one_and_its_order_and_grouping_none() -> None:
    frame = large()
    held = blobs(frame)
    assert len(blobs(frame.assign(z=frame["x"] * 2)) - held) == 1
    assert len(blobs(frame.assign(z=frame["x"] * 2).copy()) - held) == 1
    assert blobs(frame[["y", "n", "x"]]) == held
    assert blobs(frame.rename(columns=str.upper)) == held
    assert blobs(pd.DataFrame({name: frame[name].copy() for name in frame})) == held
    assert blobs(frame.set_flags(allows_duplicate_labels=False)) == held


def test_a_column_that_no_codec_knows_is_pickled_by_itself_and_says_so() -> None:
    frame = large().assign(odd=np.nan).astype({"odd": object})
    frame.loc[0, "odd"] = Thing(7)
    frame["text"] = "a"
    artifact, _ = stored(frame)
    assert artifact.codec == "pandas"
    assert [child.codec for _, child in artifact.children] == ["pickle"]
    assert round_trip(frame).loc[0, "odd"].number == 7
    assert len(blobs(frame) & blobs(large())) == 3


def test_lists_that_columns_share_are_not_handed_on_as_they_are() -> None:
    frame = pd.DataFrame({"a": [[1], [2]]})
    frame["b"] = frame["a"]
    encoded = encoded_of(frame)
    assert not encoded.live
    assert encoded_of(pd.DataFrame({"a": ["x", None], "b": [1, 2]})).live
    back = round_trip(frame)
    back.loc[0, "a"].append(9)
    assert back.loc[0, "b"] == [1]


def test_memory_with_gaps_is_not_handed_on_as_it_is() -> None:
    frame = large()
    assert encoded_of(frame).live
    assert encoded_of(frame.T.copy().T).live
    assert not encoded_of(frame.iloc[::2]).live
    assert not encoded_of(pd.DataFrame(np.zeros((6, 3)), copy=False)[1]).live


def test_a_damaged_manifest_or_a_class_that_is_gone_is_said() -> None:
    artifact, store = stored(pd.DataFrame({"a": pd.Categorical(["x"])}))
    worse = msgspec.structs.replace(
        artifact, meta=artifact.meta.replace(b"CategoricalDtype", b"CategoricalDtypo")
    )
    with pytest.raises(CannotDecode, match="CategoricalDtypo, which is not there now"):
        unpack(worse, store, Path())


def test_digests_are_the_same_in_another_process() -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "import test_pandas_codec as t\n"
        "from cuvee.testing.codecs import digest_of\n"
        "for make in t.FRAMES.values(): print(digest_of(make()).hex())"
    )
    here = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    printed = subprocess.run(
        [sys.executable, "-c", program, here], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == [digest_of(make()).hex() for make in FRAMES.values()]


def test_what_was_asked_of_a_frame_does_not_count() -> None:
    def asked(frame: pd.DataFrame) -> pd.DataFrame:
        assert frame.index.is_unique
        frame.columns.get_loc("text")
        assert frame["string"].isna().any()
        frame["category"].cat.codes.sum()
        for name in frame:
            str(frame[name].array.dtype), hash(frame[name].dtype), frame[name].isna().sum()
        frame.groupby("small").size()
        return frame

    assert digest_of(asked(of_every_dtype())) == digest_of(of_every_dtype())


def test_objects_in_cells_come_back_with_their_types() -> None:
    cells = [
        None,
        np.nan,
        pd.NA,
        pd.NaT,
        True,
        1,
        1.0,
        "1",
        b"1",
        (1,),
        [1],
        {"a": 1},
        dt.date(2024, 1, 2),
        1j,
    ]
    for column in (
        cells,
        [None, "a", np.nan],
        ["a", pd.NA, pd.NaT],
        [None, None],
        [[1, 2], [3, 4]],
        ["\ud800", ""],
    ):
        values = np.fromiter(column, object, len(column))
        back = round_trip(pd.DataFrame({"a": pd.Series(values, dtype=object)}))["a"].tolist()
        assert list(map(type, back)) == list(map(type, column))
        assert repr(back) == repr(column)


def test_equal_texts_of_a_column_are_one_object_when_read() -> None:
    back = round_trip(pd.DataFrame({"a": ["red", "green"] * 500}, dtype=object))
    assert len(set(map(id, back["a"]))) == 2


@pytest.mark.parametrize("rows", [0, 1, 2, 5000])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f8", "i2", "M8[us]", "m8[ns]", "O", "c8", "?"])
def test_a_block_keeps_its_order_in_memory(dtype: str, order: str, rows: int) -> None:
    values = np.asarray(np.arange(3 * rows).reshape(3, rows).astype(dtype), order=order)  # type: ignore[call-overload]
    frame = pd.DataFrame(values.T, copy=False)
    back = round_trip(frame)
    assert_same(back, frame)
    assert digest_of(back) == digest_of(frame)


def test_columns_in_any_arrangement_of_blocks_come_back() -> None:
    frame = large().iloc[:5]
    for changed in (
        frame.assign(z=1.0),
        frame[["x", "n", "y"]],
        frame.assign(n=0.5),
        pd.concat([frame, frame], axis=1),
        frame.reindex(columns=["y", "q", "x"]),
        frame.drop(columns="x").assign(x=2),
        frame.iloc[:, ::-1],
        frame.loc[:, ["x", "y", "x", "y"]],
    ):
        assert_same(round_trip(changed), changed)
        assert digest_of(round_trip(changed)) == digest_of(changed)


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


def test_what_holds_frames_goes_to_pickle_and_what_cannot_be_kept_is_told() -> None:
    groups = large().iloc[:9].groupby("n")
    assert stored(groups)[0].codec == "pickle"
    pd.testing.assert_frame_equal(round_trip(groups).sum(), groups.sum())
    with pytest.raises(CannotEncode, match="cannot be kept"):
        stored(pd.read_csv(io.StringIO("a,b\n1,2"), chunksize=1))


def test_what_a_library_cannot_read_any_more_is_told() -> None:
    artifact, store = stored(pd.DataFrame({"a": [1]}))
    worse = msgspec.structs.replace(artifact, meta=artifact.meta.replace(b"stop", b"stap"))
    with pytest.raises(CannotDecode, match=r"a pandas\.DataFrame cannot be read back"):
        unpack(worse, store, Path())


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
