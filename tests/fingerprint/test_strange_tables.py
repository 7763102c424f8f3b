"""Tables with what few people put into one count by it, and none of it ends a run."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from value_cases import digest

MAPS = [[("a", 1), ("b", None)], None, []]
KIND = pa.map_(pa.string(), pa.int32())

STRANGE: dict[str, Any] = {
    "128 bits": lambda last: pl.DataFrame({"a": pl.Series([1, None, last], dtype=pl.Int128)}),
    "a name that Arrow has not": lambda last: pl.DataFrame({"\0": [1, last]}),
    "maps": lambda last: pa.array([*MAPS, [("c", last)]], KIND),
    "maps in a frame": lambda last: pd.DataFrame(
        {"a": pd.arrays.ArrowExtensionArray(pa.array([*MAPS, [("c", last)]], KIND))}
    ),
    "maps of polars": lambda last: pl.DataFrame({"a": pl.from_arrow(pa.array([*MAPS, [("c", last)]], KIND))}),
}


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE.keys())
def test_it_counts_by_what_is_in_it(make: Any) -> None:
    assert digest(make(1)) == digest(make(1)) != digest(make(2))


def named(frame: Any, unit: Any) -> Any:
    object.__setattr__(frame, "unit", unit)
    return frame


@pytest.mark.parametrize("make", [lambda: pd.DataFrame({"a": [1]}), lambda: pd.Series([1])])
def test_an_attribute_that_was_set_on_a_frame_or_series_counts(make: Any) -> None:
    assert digest(named(make(), ["g"])) == digest(named(make(), ["g"])) != digest(named(make(), ["kg"]))
    assert digest(make()) != digest(named(make(), "g"))


def test_an_accessor_that_was_used_does_not() -> None:
    frame = pd.DataFrame({"a": [1]})
    assert digest(named(frame, "g")) == digest(named(pd.DataFrame({"a": [1]}), "g"))
    object.__setattr__(frame, "plot", frame.plot)
    assert digest(frame) == digest(named(pd.DataFrame({"a": [1]}), "g"))
