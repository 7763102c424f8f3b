"""Whatever a task returns, its profile is made, or says why not; nothing raises, nothing is lost silently."""

from __future__ import annotations

import datetime as dt
import decimal

import msgspec
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp

from cuvee.model.profile import ColumnProfile, Profile
from cuvee.profiles.describing import describe


class Odd:
    """Of a class that raises whatever is asked of it."""

    def _refuse(self, *_: object) -> bool:
        raise RuntimeError("not me")

    __eq__ = __lt__ = __hash__ = __bool__ = __repr__ = __str__ = _refuse  # type: ignore[assignment]


def profile_of(value: object) -> Profile:
    """The profile, which went through its form in the records."""
    profile = describe(value, str)
    assert msgspec.json.decode(msgspec.json.encode(profile), type=Profile) == profile
    return profile


def column_of(values: object) -> ColumnProfile:
    (column,) = profile_of(values).columns
    return column


DAY = dt.date(2026, 1, 2)
WEIRD = {
    "mixed": [1, "a", None, 2.5],
    "unhashable": [[1], [2], [1], {}],
    "odd": [Odd(), Odd()],
    "huge integers": [10**30, -(10**30), 5],
    "text": ["b", None, "a", "ä"],
    "half of a pair": ["\ud800", "a"],
    "long text": ["x" * 10_000, "y"],
    "control": ["\x1b[31mred", "a\nb\x00"],
    "bytes": [b"\xff", b"a"],
    "dates": [DAY, None, DAY],
    "zones mixed": [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)],
    "decimals": [decimal.Decimal("1.10"), decimal.Decimal("NaN"), None],
    "all null": [None, None],
    "truths": [True, False, None],
    "functions": [len, print],
    "complex": [1j, 2.0],
}
SERIES = {
    **{name: pd.Series(values, dtype=object) for name, values in WEIRD.items()},
    "categories": pd.Series(["a", None, "b", "a"], dtype="category"),
    "ordered": pd.Series(pd.Categorical([3, 1, None], categories=[1, 2, 3], ordered=True)),
    "categories of anything": pd.Series(pd.Categorical([(1, 2), (1, 2)])),
    "interval": pd.Series(pd.interval_range(0, 3)),
    "period": pd.Series(pd.period_range("2026", periods=3, freq="M")),
    "sparse": pd.Series(pd.arrays.SparseArray([0.0, 1.0, np.nan])),
    "nullable": pd.Series([1, None, 3], dtype="Int64"),
    "nullable truth": pd.Series([True, None], dtype="boolean"),
    "arrow": pd.Series([1, None], dtype="int32[pyarrow]"),
    "arrow list": pd.Series([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
    "arrow decimal": pd.Series([decimal.Decimal("1.1"), None], dtype=pd.ArrowDtype(pa.decimal128(5, 1))),
    "times": pd.Series(pd.to_datetime(["2026-01-01", None], utc=True)),
    "no times": pd.Series([pd.NaT, pd.NaT]),
    "spans": pd.Series(pd.to_timedelta([1, None, 3], unit="ns")),
    "infinite": pd.Series([np.inf, -np.inf, np.nan, 1.0]),
    "all nan": pd.Series([np.nan, np.nan]),
    "far apart": pd.Series([1e308, -1e308]),
    "none": pd.Series([], dtype=float),
    "none of objects": pd.Series([], dtype=object),
    "complex numbers": pd.Series([1j, 2]),
}


@pytest.mark.parametrize("name", SERIES)
def test_every_series_has_a_profile(name: str) -> None:
    profile = profile_of(SERIES[name])
    assert profile.problem == ""
    assert profile.rows == len(SERIES[name])
    (column,) = profile.columns
    assert column.nulls == SERIES[name].isna().sum()
    assert not column.problem.startswith("it could not"), column.problem


@pytest.mark.parametrize("name", SERIES)
def test_every_series_stays_as_it_was(name: str) -> None:
    before = SERIES[name].copy(deep=True)
    profile_of(SERIES[name])
    assert SERIES[name].dtype == before.dtype
    if name not in ("odd",):
        pd.testing.assert_series_equal(SERIES[name], before)


FRAMES = {
    "no columns": pd.DataFrame(index=range(3)),
    "nothing": pd.DataFrame(),
    "no rows": pd.DataFrame({"a": pd.Series([], dtype=float), "b": pd.Series([], dtype=object)}),
    "one name twice": pd.DataFrame([[1, "x"], [2, "y"]], columns=["a", "a"]),
    "names of many kinds": pd.DataFrame([[1, 2, 3]], columns=[0, ("a", 1), None]),
    "two levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])),
    "a deep index": pd.DataFrame({"a": [1.0, 2.0]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])),
    "everything": pd.DataFrame(
        {name: pd.Series(list(values)[:2], dtype=object) for name, values in WEIRD.items()}
    ),
    "polars": pl.DataFrame(
        {
            "i": [1, None],
            "f": [1.5, float("nan")],
            "s": ["a", None],
            "b": [True, None],
            "d": [DAY, None],
            "t": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None],
            "u": [dt.timedelta(1), None],
            "h": [dt.time(1), None],
            "y": [b"a", None],
            "m": [decimal.Decimal("1.5"), None],
            "l": [[1], None],
            "r": [{"a": 1}, None],
            "n": [None, None],
            "c": pl.Series(["a", None], dtype=pl.Categorical),
            "e": pl.Series(["a", None], dtype=pl.Enum(["b", "a"])),
            "o": pl.Series([Odd(), None], dtype=pl.Object),
            "x": pl.Series([1, None], dtype=pl.Int128),
        }
    ),
    "polars without rows": pl.DataFrame(schema={"a": pl.Int8, "s": pl.String, "d": pl.Date}),
    "polars without columns": pl.DataFrame(),
    "arrow": pa.table(
        {
            "i": pa.array([1, None], pa.int8()),
            "f": pa.array([1.5, None], pa.float16()),
            "s": ["a", None],
            "w": pa.array(["a", None], pa.string_view()),
            "b": [True, None],
            "d": [DAY, None],
            "t": pa.array([1, None], pa.timestamp("ns", "UTC")),
            "u": pa.array([1, None], pa.duration("s")),
            "h": pa.array([1, None], pa.time64("ns")),
            "y": [b"a", None],
            "m": [decimal.Decimal("1.5"), None],
            "l": [[1], None],
            "r": [{"a": 1}, None],
            "n": pa.nulls(2),
            "c": pa.array(["a", None]).dictionary_encode(),
        }
    ),
    "arrow without rows": pa.table({"a": pa.array([], pa.int8()), "s": pa.array([], pa.string())}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_has_a_profile(name: str) -> None:
    frame = FRAMES[name]
    profile = profile_of(frame)
    assert profile.problem == ""
    assert profile.shape == tuple(frame.shape)
    assert profile.width == len(profile.columns) == frame.shape[1]
    assert not [column for column in profile.columns if column.problem.startswith("it could not")]
    if name in ("polars", "arrow"):
        wrong = [
            column.name for column in profile.columns if column.nulls != (2 if column.name == "n" else 1)
        ]
        assert wrong == []


ARRAYS = {
    "a number": np.array(3.0),
    "none": np.zeros((0, 3)),
    "no columns": np.zeros((3, 0)),
    "three axes": np.arange(24.0).reshape(2, 3, 4)[:, ::-1],
    "a table": np.arange(6).reshape(3, 2),
    "structured": np.array([(1, 2.0, "a")], [("a", "i4"), ("b", "f8"), ("c", "U3")]),
    "text": np.array(["a", "b"]),
    "bytes": np.array([b"a", b"b"]),
    "objects": np.array([1, None, "a", Odd()], dtype=object),
    "void": np.zeros(3, "V4"),
    "complex": np.array([1j, np.nan]),
    "long": np.array([1, 2], np.longdouble),
    "half": np.array([1, np.inf], np.float16),
    "other order": np.array([1, 256], ">i2"),
    "months": np.array(["2026-01", "NaT"], "M8[M]"),
    "bare time": np.array([1, 2]).view("m8"),
    "masked": np.ma.array([1, 2], mask=[True, False]),
    "csr": sp.random_array((50, 20), density=0.1, rng=1, format="csr"),
    "lil": sp.random(5, 4, density=0.5, random_state=1, format="lil"),
    "dok": sp.random(5, 4, density=0.5, random_state=1, format="dok"),
    "dia": sp.eye(3, format="dia"),
    "empty sparse": sp.csr_matrix((0, 0)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_every_array_has_a_profile(name: str) -> None:
    profile = profile_of(ARRAYS[name])
    assert profile.problem == ""
    assert profile.shape == ARRAYS[name].shape
    assert not [column for column in profile.columns if column.problem.startswith("it could not")]


def test_no_address_and_no_text_of_a_foreign_class_is_told() -> None:
    for values in (WEIRD["odd"], WEIRD["functions"], [object()]):
        written = msgspec.json.encode(profile_of(pd.Series(values, dtype=object))).decode()
        assert "0x" not in written


def test_what_cannot_be_looked_at_at_all_says_why() -> None:
    class Broken(pd.DataFrame):
        @property
        def columns(self) -> object:
            raise RuntimeError("no columns today")

    broken = Broken.__new__(Broken)
    assert profile_of(broken).problem == "no profile could be made: RuntimeError: no columns today"


def test_a_secret_is_hidden_in_every_text_and_number() -> None:
    frame = pd.DataFrame(
        {"hunter2": ["hunter2", "x" * 38 + "hunter2"], "n": [12345, 1], "o": [("hunter2",), 1]}
    )
    profile = describe(frame, lambda text: text.replace("hunter2", "***").replace("12345", "***"))
    written = msgspec.json.encode(profile).decode()
    for secret in ("hunter2", "hunt", "12345"):
        assert secret not in written


def test_a_wide_frame_is_looked_at_in_part_and_says_so() -> None:
    profile = profile_of(pd.DataFrame(np.zeros((2, 1200))))
    assert (profile.width, len(profile.columns)) == (1200, 500)
    assert len(msgspec.json.encode(profile)) < 200_000


def test_a_profile_is_small_whatever_the_cells_hold() -> None:
    frame = pd.DataFrame({f"c{at}": ["x" * 100_000] * 20 for at in range(40)})
    assert len(msgspec.json.encode(profile_of(frame))) < 40_000
    preview = profile_of(frame).preview
    assert preview is not None
    assert len(preview.rows) == 8
