"""What is computed from a frame that was loaded is the same to the bit as from the one that was stored."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from hypothesis.extra import pandas as hpd
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor
from test_pandas_codec import assert_same

from cuvee.testing.codecs import digest_of, round_trip

numbers = st.one_of(
    hnp.floating_dtypes(endianness="=", sizes=(32, 64)),
    hnp.integer_dtypes(endianness="="),
    hnp.unsigned_integer_dtypes(endianness="="),
    hnp.boolean_dtypes(),
)
others = st.sampled_from([np.dtype(name) for name in ("M8[s]", "M8[us]", "M8[ns]", "m8[ms]", "m8[ns]")])


def frames_of(dtypes: Any) -> Any:
    columns = st.lists(dtypes, min_size=1, max_size=5).map(
        lambda chosen: [hpd.column(f"c{number}", dtype=dtype) for number, dtype in enumerate(chosen)]
    )
    return columns.flatmap(lambda chosen: hpd.data_frames(chosen, index=hpd.range_indexes(max_size=6)))


ARRANGED: list[Callable[[pd.DataFrame], pd.DataFrame]] = [
    lambda frame: frame,
    lambda frame: frame.copy(),
    lambda frame: frame.iloc[:, ::-1],
    lambda frame: frame.iloc[::2],
    lambda frame: pd.concat([frame, frame], axis=1),
    lambda frame: frame.assign(new=1.5),
    lambda frame: pd.DataFrame(frame.to_numpy(), copy=False),
    lambda frame: frame.astype(object),
    lambda frame: frame.convert_dtypes(),
    lambda frame: frame.set_index("c0"),
]


@settings(max_examples=100, deadline=None)
@given(st.one_of(frames_of(numbers), frames_of(others)), st.sampled_from(ARRANGED))
def test_any_frame_in_any_arrangement_comes_back(frame: pd.DataFrame, arrange: Any) -> None:
    frame = arrange(frame)
    back = round_trip(frame)
    assert_same(back, frame)
    assert digest_of(back) == digest_of(frame)


def bits(value: Any) -> bytes:
    parts = (value.index, value) if isinstance(value, pd.DataFrame | pd.Series) else (value,)
    arrays = [np.asarray(part) for part in parts]
    # An array of objects is one of addresses; a float's repr is all of it.
    return b"".join(repr(a.tolist()).encode() if a.dtype == object else a.tobytes() for a in arrays)


COMPUTED: dict[str, Callable[[pd.DataFrame], Any]] = {
    "means": lambda f: f.mean(),
    "row sums": lambda f: f.sum(axis=1),
    "standard deviations": lambda f: f.std(),
    "product": lambda f: f.to_numpy().T @ f.to_numpy(),
    "by vector": lambda f: f.to_numpy() @ np.arange(f.shape[1], dtype="f8"),
    "column by column": lambda f: np.array([f.iloc[:, 0] @ f.iloc[:, n] for n in range(f.shape[1])]),
    "whole sum": lambda f: f.to_numpy().sum(),
    "groups": lambda f: f.groupby(np.arange(len(f)) % 7).agg(["sum", "mean", "var"]),
    "correlations": lambda f: f.corr(),
    "rolling": lambda f: f.rolling(5).mean(),
    "turned": lambda f: f.T.sum(),
    "linear model": lambda f: LinearRegression().fit(f.iloc[:, 1:], f.iloc[:, 0]).coef_,
    "tree": lambda f: (
        DecisionTreeRegressor(random_state=0).fit(f.iloc[:, 1:], f.iloc[:, 0]).predict(f.iloc[:, 1:])
    ),
}

NAMES = list("abcdef")
LAID_OUT: dict[str, Callable[[Any], pd.DataFrame]] = {
    "one block": lambda values: pd.DataFrame(values.copy(), columns=NAMES),
    "by rows": lambda values: pd.DataFrame(values, copy=False, columns=NAMES),
    "a block each": lambda values: pd.DataFrame({NAMES[n]: values[:, n].copy() for n in range(6)}),
    "mixed": lambda values: (
        pd.DataFrame(values, columns=NAMES).astype({"b": "f4", "d": "f4"}).assign(more=values[:, 0])
    ),
    "masked": lambda values: pd.DataFrame(values, columns=NAMES).astype("Float64"),
    "arrow": lambda values: pd.DataFrame(values, columns=NAMES).astype("double[pyarrow]"),
}


@pytest.mark.parametrize("compute", COMPUTED.values(), ids=COMPUTED.keys())
@pytest.mark.parametrize("lay_out", LAID_OUT.values(), ids=LAID_OUT.keys())
def test_what_is_computed_is_the_same_to_the_bit(lay_out: Any, compute: Any) -> None:
    live = lay_out(np.random.default_rng(0).random((1001, 6)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert bits(compute(round_trip(live))) == bits(compute(live))
        assert bits(compute(round_trip(round_trip(live)))) == bits(compute(live))


@pytest.mark.parametrize("lay_out", LAID_OUT.values(), ids=LAID_OUT.keys())
def test_a_consumer_can_write_in_place_and_nobody_else_sees_it(lay_out: Any) -> None:
    live = lay_out(np.random.default_rng(0).random((1001, 6)))
    before = digest_of(live)
    back = round_trip(live)
    back.iloc[0, 0] = 7.0
    back["b"] += 1
    back.loc[5:9, ["c", "d"]] = 0.0
    back.insert(0, "new", 1)
    del back["e"]
    assert digest_of(live) == before == digest_of(round_trip(live))
