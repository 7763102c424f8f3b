from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from cuvee.errors import CannotEncode
from cuvee.model.artifact import blobs_of
from cuvee.testing.codecs import digest_of, round_trip, stored

SERIES = [
    pl.Series("ints", [1, None, 3]),
    pl.Series("", ["x", None, "a text that is too long to be kept in its view"]),
    pl.Series("small", [1], dtype=pl.UInt16),
    pl.Series("float", [1.5, float("nan"), None], dtype=pl.Float32),
    pl.Series("category", ["a", "b", "a"], dtype=pl.Categorical),
    pl.Series("enum", ["a", "b"], dtype=pl.Enum(["b", "a", "z"])),
    pl.Series("decimal", [Decimal("1.20")]),
    pl.Series("list", [[1, None], None, []]),
    pl.Series("struct", [{"a": 1, "b": [{"c": "x"}]}, None]),
    pl.Series("array", [[1, 2], [3, 4]], dtype=pl.Array(pl.Int8, 2)),
    pl.Series("time", [dt.time(1, 2)]),
    pl.Series("took", [dt.timedelta(1)]),
    pl.Series("there", [dt.datetime(2024, 1, 1)]).dt.replace_time_zone("Europe/Berlin"),
    pl.Series("null", [None, None]),
    pl.Series("bytes", [b"x", None]),
    pl.Series("bool", [True, None]),
    pl.Series("empty", [], dtype=pl.String),
    pl.concat([pl.Series("chunks", [0.1, 0.2]), pl.Series("chunks", [0.3])], rechunk=False),
    pl.Series("sorted", [2, 1]).sort(),
    pl.Series("backwards", [2, 1]).sort(descending=True),
]


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name or "no name")
def test_a_series_comes_back_as_it_was(series: Any) -> None:
    assert stored(series)[0].codec == "polars"
    for value in (series, series.to_frame()):
        back = round_trip(value)
        assert type(back) is type(value)
        own = back if value is series else back.to_series()
        assert own.equals(series, check_names=True, check_dtypes=True, null_equal=True)
        assert own.chunk_lengths() == series.chunk_lengths()
        assert own.flags == series.flags
        assert digest_of(back) == digest_of(value)


def test_a_frame_is_kept_by_column() -> None:
    frame = pl.DataFrame({"x": np.arange(10_000), "y": np.arange(10_000) / 3})
    held = set(blobs_of(stored(frame)[0]))
    assert len(held) == 2
    assert len(set(blobs_of(stored(frame.with_columns(z=pl.col("y") * 2))[0])) - held) == 1
    assert set(blobs_of(stored(frame.select("y", "x"))[0])) == held


def test_frames_without_rows_or_columns_come_back() -> None:
    for frame in (
        pl.DataFrame(),
        pl.DataFrame({"a": []}),
        pl.DataFrame(schema={"a": pl.Int8, "b": pl.String}),
    ):
        back = round_trip(frame)
        assert back.equals(frame)
        assert back.schema == frame.schema


def test_a_query_is_refused_with_what_to_do() -> None:
    with pytest.raises(CannotEncode, match=r"a query, not its result: return frame.collect\(\)"):
        stored(pl.LazyFrame({"a": [1]}))
