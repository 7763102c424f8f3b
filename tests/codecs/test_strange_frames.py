"""What pandas, polars and Arrow let into a frame, and few people put there: it comes back, or is refused."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cuvee.codecs.narrowed import narrow_value
from cuvee.errors import CannotEncode
from cuvee.testing.codecs import digest_of, round_trip, stored


def in_pieces(dtype: str) -> pd.DataFrame:
    return pd.concat([pd.DataFrame({"a": pd.array(part, dtype)}) for part in ([1, 2], [None, 3], [4])])


@pytest.mark.parametrize("dtype", ["double[pyarrow]", "int64[pyarrow]"])
def test_a_column_of_arrow_keeps_its_pieces_since_sums_go_by_them(dtype: str) -> None:
    frame = in_pieces(dtype)
    back = round_trip(frame)
    for value in (frame, back, round_trip(back)):
        assert [len(chunk) for chunk in value["a"].array._pa_array.chunks] == [2, 2, 1]
    pd.testing.assert_frame_equal(back, frame)
    assert digest_of(back) == digest_of(frame) != digest_of(frame.copy().convert_dtypes())


def test_a_mean_is_the_same_to_the_bit_in_however_many_pieces_a_column_is() -> None:
    rng = np.random.default_rng(3)
    parts = [pd.DataFrame({"a": rng.normal(size=size)}).astype("double[pyarrow]") for size in (777, 3, 1201)]
    frame = pd.concat(parts, ignore_index=True)
    back = round_trip(frame)
    assert back["a"].mean().hex() == frame["a"].mean().hex()
    assert back["a"].var().hex() == frame["a"].var().hex()


class Study:
    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame


def test_nor_does_a_frame_within_an_object_lose_its_pieces() -> None:
    study = Study(in_pieces("double[pyarrow]"))
    assert stored(study)[0].codec == "pickle"
    array = round_trip(study).frame["a"].array._pa_array
    assert [len(chunk) for chunk in array.chunks] == [2, 2, 1]


def test_text_in_pieces_is_the_text_in_one() -> None:
    whole = pd.DataFrame({"a": ["x", None, "y"]})
    pieces = pd.concat([whole.iloc[:1], whole.iloc[1:]])
    assert digest_of(pieces) == digest_of(whole)


ODD_DICTIONARIES = {
    "another for each piece": pa.chunked_array(
        [pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()]
    ),
    "a null in it": pa.chunked_array(
        [pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), pa.array(["x", None]))]
    ),
    "a value twice": pa.chunked_array([pa.DictionaryArray.from_arrays([0, 1], pa.array(["x", "x"]))]),
    "a value that none has": pa.chunked_array([pa.DictionaryArray.from_arrays([0], pa.array(["x", "y"]))]),
}


@pytest.mark.parametrize("column", ODD_DICTIONARIES.values(), ids=ODD_DICTIONARIES.keys())
def test_dictionaries_come_back_as_they_were(column: pa.ChunkedArray) -> None:
    table, frame = pa.table({"a": column}), pd.DataFrame({"a": pd.arrays.ArrowExtensionArray(column)})
    for back in (round_trip(table)["a"], round_trip(frame)["a"].array._pa_array):
        assert [chunk.indices.to_pylist() for chunk in back.chunks] == [
            chunk.indices.to_pylist() for chunk in column.chunks
        ]
        assert [chunk.dictionary.to_pylist() for chunk in back.chunks] == [
            chunk.dictionary.to_pylist() for chunk in column.chunks
        ]


def named() -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    frame.unit = "g/l"
    return frame


def test_attributes_that_were_set_on_a_frame_or_series_come_back_and_count() -> None:
    series = named()["a"].copy()
    object.__setattr__(series, "unit", ["g/l", np.arange(2)])
    back, other = round_trip(named()), round_trip(series)
    assert back.unit == "g/l"
    assert other.unit[0] == "g/l"
    assert other.unit[1].tolist() == [0, 1]
    assert digest_of(back) == digest_of(named()) != digest_of(named().copy())


def test_an_attribute_that_cannot_be_kept_is_told() -> None:
    frame = named()
    frame.lock = threading.Lock()
    with pytest.raises(CannotEncode, match="lock"):
        stored(frame)


def test_columns_taken_of_a_frame_leave_its_attributes_behind_as_pandas_does() -> None:
    taken = narrow_value(named(), ("a",))
    assert not hasattr(taken, "unit")


def test_an_accessor_that_was_used_does_not_count() -> None:
    frame = pd.DataFrame({"a": ["x"], "d": pd.date_range("2024", periods=1)})
    before = digest_of(frame)
    frame["a"].str.upper(), frame["d"].dt.year
    object.__setattr__(frame, "plot", frame.plot)  # as older versions of pandas keep one
    assert digest_of(frame) == before


def test_a_frame_that_holds_itself_is_refused() -> None:
    frame = named()
    frame.attrs["whole"] = frame
    with pytest.raises(CannotEncode, match="holds itself"):
        stored(frame)


@pytest.mark.parametrize("make", [pa.table, pa.record_batch])
def test_rows_without_columns_are_still_so_many(make: Any) -> None:
    value = make({"a": [1, 2, 3]}, metadata={"unit": "g/l"}).select([])
    back = round_trip(value)
    assert (type(back), back.num_rows, back.num_columns) == (type(value), 3, 0)
    assert back.schema.equals(value.schema, check_metadata=True)
    assert digest_of(back) == digest_of(value) != digest_of(make({}, metadata={"unit": "g/l"}))


@pytest.mark.parametrize(
    "dtype",
    [pl.Array(pl.Int8, 0), pl.List(pl.Array(pl.Int8, 0)), pl.Struct({"x": pl.Array(pl.Int8, (2, 0))})],
    ids=["array", "in a list", "in a struct"],
)
def test_what_polars_would_write_and_could_not_read_is_refused_before(dtype: Any) -> None:
    frame = pl.DataFrame({"fine": [1], "empty": pl.Series([None], dtype=dtype)})
    with pytest.raises(CannotEncode, match=r"column 'empty' .* polars cannot read back"):
        stored(frame)


def test_text_of_polars_has_one_digest_in_whatever_order_it_lay_before() -> None:
    frame = pl.DataFrame({"a": [f"a text that is long enough, number {n}" for n in range(999)]})
    turned = frame.reverse()
    assert digest_of(turned) == digest_of(pl.DataFrame({"a": turned["a"].to_list()}))
    assert digest_of(round_trip(turned)) == digest_of(turned)


PAYLOADS = np.array([0x7FF8000000000001, 0xFFF8DEAD00000000, 0x7FF0000000000001, 1 << 63], "u8")


def test_every_nan_keeps_its_bits_wherever_it_stands() -> None:
    numbers = PAYLOADS.view("f8")
    kept = round_trip(pd.DataFrame({"a": numbers, "o": pd.Series(numbers.tolist(), dtype=object)}))
    assert kept["a"].to_numpy().tobytes() == PAYLOADS.tobytes()
    assert np.array(kept["o"].tolist()).tobytes() == np.array(numbers.tolist()).tobytes()
    assert round_trip(pa.table({"a": numbers}))["a"].to_numpy().tobytes() == PAYLOADS.tobytes()
    assert round_trip(pl.DataFrame({"a": numbers}))["a"].to_numpy().tobytes() == PAYLOADS.tobytes()


def test_a_value_under_a_null_is_kept_since_it_can_be_looked_at() -> None:
    one, other = (
        pd.DataFrame({"a": pd.arrays.IntegerArray(np.array([1, under, 3]), np.array([False, True, False]))})
        for under in (7, 8)
    )
    assert round_trip(one)["a"].array._data.tolist() == [1, 7, 3]
    assert digest_of(one) != digest_of(other)


@pytest.mark.parametrize("values", [[1, 2, 3], ["a", "b", "a text that is rather long"], [None, 2.5, None]])
def test_the_first_rows_of_a_column_do_not_depend_on_those_that_were_cut_off(values: list[Any]) -> None:
    column = pa.array(values)
    longer = pa.array([*values, *reversed(values)]).slice(0, 3)
    assert digest_of(pa.table({"a": longer})) == digest_of(pa.table({"a": column}))
    assert digest_of(round_trip(longer)) == digest_of(longer) == digest_of(column)


def test_nor_do_the_first_rows_of_a_frame_of_text() -> None:
    one, other = (pd.DataFrame({"a": ["x", "y", *rest]}).head(2) for rest in (["z"], ["another", "end"]))
    assert digest_of(one) == digest_of(other) == digest_of(pd.DataFrame({"a": ["x", "y"]}))


@pytest.mark.parametrize("order", ["C", "F"])
def test_one_column_or_one_row_of_a_larger_array_keeps_its_digest(order: Any) -> None:
    values = np.arange(24.0).reshape((6, 4), order=order)
    for part in (values[::2, :1], values[:1, ::2], values[::-1, 1:2]):
        frame = pd.DataFrame(part, copy=False)
        assert digest_of(round_trip(frame)) == digest_of(frame)
