"""Columns that are looked at while they are digested look as they do by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cuvee.model.digest import PIECE, digest_bytes, digest_passing
from cuvee.perform.ownership import is_alone
from cuvee.perform.pack import keep_result
from cuvee.profiles import passing
from cuvee.profiles.describing import describe, passing_of
from cuvee.profiles.extremes import extremes_of
from cuvee.profiles.known import KnownColumns
from cuvee.profiles.passing import Passing
from cuvee.profiles.texts import NOTHING_HIDDEN
from cuvee.stores.filesystem import FilesystemStore
from cuvee.testing.codecs import no_project

ROWS = (1 << 17) + 77


def drawn(dtype: str, rows: int = ROWS) -> Any:
    values = np.random.default_rng(3).normal(size=rows) * 1e4
    if dtype[0] in "mM":
        times = values.astype(np.int64).view(dtype)
        times[::3] = np.array("NaT", dtype)
        return times
    values = values.astype(dtype)
    if dtype[0] == "f":
        values[5::7], values[70_000] = np.nan, -np.inf
    return values


def passed(columns: list[Any], views: list[memoryview]) -> Passing:
    by = Passing(columns)
    for view in views:
        look = by.look_at(view)
        assert look is not None
        assert digest_passing(view, look) == digest_bytes(view)
    return by


@pytest.mark.parametrize("dtype", ["f8", "f4", ">f8", "i8", "u4", "i2", "M8[ns]", "m8[s]"])
@pytest.mark.parametrize("rows", [PIECE // 2, PIECE, PIECE + 1, 3 * PIECE - 1])
def test_extremes_are_the_same_to_the_last_bit(dtype: str, rows: int) -> None:
    column = drawn(dtype, rows)
    (alone,) = extremes_of([column])
    (found,) = passed([column], [_bytes(column)]).extremes_of([column])
    assert repr(found) == repr(alone)


def _bytes(column: Any) -> memoryview:
    return memoryview(column.view(np.uint8)).cast("B")


def test_what_has_passed_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, other = drawn("f8"), drawn("f8")
    by = passed([seen, other], [_bytes(seen)])
    again = by.look_at(_bytes(seen))
    monkeypatch.setattr(passing, "extremes_of", lambda columns: [len(columns)] * len(columns))
    assert again is None
    assert by.extremes_of([other, seen, seen]) == [1, *extremes_of([seen] * 2)]


def test_of_what_has_passed_in_part_all_is_looked_at() -> None:
    column = drawn("f8")
    by = Passing([column])
    look = by.look_at(_bytes(column))
    assert look is not None
    look(0, PIECE)
    assert by.extremes_of([column]) == extremes_of([column])


def test_other_values_over_the_same_memory_are_looked_at_by_themselves() -> None:
    column = drawn("i8")
    numbers = column.view(np.float64)
    by = passed([column], [_bytes(column)])
    assert repr(by.extremes_of([numbers, column])) == repr(extremes_of([numbers, column]))


def frame_of_all_kinds() -> pd.DataFrame:
    frame = pd.DataFrame({name: drawn(name) for name in ("f8", "f4", "i8", "i2", "u4", "m8[ns]", "M8[ns]")})
    frame["b"] = frame["f8"] > 0
    frame["zone"] = pd.Series(drawn("M8[ns]")).dt.tz_localize(
        "Europe/Rome", ambiguous="NaT", nonexistent="NaT"
    )
    frame["maybe"] = frame["i8"].astype("Int64")
    return frame.assign(again=frame["f8"], text=np.arange(ROWS).astype(str))


LONG = [
    frame_of_all_kinds(),
    pd.DataFrame(np.random.default_rng(1).random((ROWS, 4))),
    pd.DataFrame(np.random.default_rng(1).random((4, ROWS)).T, copy=False).assign(x=1.5),
    (drawn("f8"), drawn("f4"), drawn("f8").reshape(-1, 1), np.random.default_rng(1).random((ROWS // 8, 16))),
    (pd.Series(drawn("f8")), pd.Series(drawn("i8"), name="x")),
]


@pytest.mark.parametrize("at", range(len(LONG)))
@pytest.mark.parametrize("known", [None, KnownColumns()])
def test_a_value_is_described_as_by_itself(at: int, known: KnownColumns | None, tmp_path: Path) -> None:
    store = FilesystemStore(tmp_path)
    kept = keep_result(LONG[at], store, NOTHING_HIDDEN, class_digest=no_project, known=known)
    parts = LONG[at] if isinstance(LONG[at], tuple) else (LONG[at],)
    assert [profile for _, profile in kept.profiles] == [describe(part, NOTHING_HIDDEN) for part in parts]


@pytest.mark.parametrize("value", [LONG[1], LONG[2], LONG[4], (drawn("f8"), drawn("f8") + 1)])
def test_long_columns_are_looked_at_while_they_are_digested_and_then_no_more(
    value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    monkeypatch.setattr(passing, "extremes_of", lambda columns: looked.extend(columns) or [])
    kept = keep_result(value, FilesystemStore(tmp_path), NOTHING_HIDDEN, class_digest=no_project)
    assert not looked
    assert all(column.minimum is not None for _, profile in kept.profiles for column in profile.columns)


def test_of_short_columns_and_of_other_values_none_is_awaited() -> None:
    assert (
        passing_of([pd.DataFrame(np.ones((1000, 3))), "text", 3, pd.DataFrame({"a": ["x"] * ROWS})]) is None
    )


def test_nothing_refers_to_a_frame_that_was_kept(tmp_path: Path) -> None:
    holder = [pd.DataFrame(np.random.default_rng(1).random((ROWS, 4))).assign(x=1.5)]
    assert is_alone(holder)
    keep_result(
        holder[0], FilesystemStore(tmp_path), NOTHING_HIDDEN, class_digest=no_project, known=KnownColumns()
    )
    assert is_alone(holder)
