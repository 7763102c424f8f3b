"""A column that was described before is not looked at again, and its profile is what it would be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cuvee import Secret, pipeline, task
from cuvee.executors.pool import Setup
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope
from cuvee.model.order import WorkOrder
from cuvee.perform.interrupts import Interrupts
from cuvee.perform.pack import Kept, keep_result
from cuvee.profiles import arrow_tables, columns, pandas_values, polars_values
from cuvee.profiles.describing import describe
from cuvee.profiles.known import KnownColumns
from cuvee.stores.filesystem import FilesystemStore
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import no_project
from cuvee.worker.wiring import make_performer

ROWS = 9_000


def of_many_kinds() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    whole = rng.integers(0, 9, ROWS)
    return pd.DataFrame(
        {
            "real": rng.random(ROWS),
            "more": rng.random(ROWS),
            "whole": whole,
            "masked": pd.array(np.where(whole == 3, None, whole), "Int64"),
            "text": [f"word {number} of many" for number in whole],
            "kind": pd.Categorical.from_codes(whole, [f"kind {number}" for number in range(9)]),
            "when": pd.Timestamp("2024-01-01", tz="Europe/Berlin") + pd.to_timedelta(whole, "D"),
            "object": [(number,) for number in whole],
        }
    )


def of_polars() -> Any:
    return pl.DataFrame({"a": np.arange(ROWS), "t": [f"t{n % 7}" for n in range(ROWS)], "f": np.ones(ROWS)})


FRAMES = {
    "pandas": (of_many_kinds, lambda frame: frame.assign(new=1.5)),
    "polars": (of_polars, lambda frame: frame.with_columns(new=pl.lit(1.5))),
    "pyarrow": (
        lambda: of_polars().to_arrow(),
        lambda table: table.append_column("new", pa.array(np.full(ROWS, 1.5))),
    ),
}


@pytest.fixture
def looked_at(monkeypatch):
    """The names of the columns that were looked at."""
    names: list[str] = []

    def watch(module: Any) -> None:
        make = module._source

        def source(*arguments: Any) -> Any:
            found = make(*arguments)
            names.append(found.column.name)
            return found

        monkeypatch.setattr(module, "_source", source)

    for module in (pandas_values, polars_values, arrow_tables):
        watch(module)
    return names


def order_of(function: Any) -> WorkOrder:
    return WorkOrder(
        call=0,
        path="made",
        task="made",
        function=function,
        parameters=(),
        returns=Any,
        elements=None,
        arguments=(),
        seed=b"",
        scratch="",
    )


def kept(value: Any, known: KnownColumns | None, redact: Any = str) -> Kept:
    return keep_result(value, MemoryStore(), redact, class_digest=no_project, known=known)


def profile_of(value: Any, known: KnownColumns | None, redact: Any = str) -> Any:
    ((_, profile),) = kept(value, known, redact).profiles
    return profile


@pytest.mark.parametrize(("make", "widen"), FRAMES.values(), ids=FRAMES.keys())
def test_a_new_column_costs_one_look(make: Any, widen: Any, looked_at: list[str]) -> None:
    known = KnownColumns()
    profile_of(make(), known)
    looked_at.clear()
    wider = widen(make())
    profile = profile_of(wider, known)
    assert looked_at == ["new"]
    assert profile == describe(wider, str)


@pytest.mark.parametrize(("make", "widen"), FRAMES.values(), ids=FRAMES.keys())
def test_it_is_stored_as_ever(make: Any, widen: Any) -> None:
    known = KnownColumns()
    for value in (make(), widen(make())):
        assert kept(value, known).artifact == kept(value, None).artifact


def test_a_column_by_another_name_or_in_another_place_is_the_same(looked_at: list[str]) -> None:
    known = KnownColumns()
    frame = of_many_kinds()
    profile_of(frame, known)
    looked_at.clear()
    other = frame.rename(columns={"real": "other"})[["text", "other"]]
    assert profile_of(other, known) == describe(other, str)
    assert looked_at[:-2] == []  # the two are of the description that it is held against


def test_a_column_that_was_written_to_is_looked_at_again(looked_at: list[str]) -> None:
    known = KnownColumns()
    frame = of_many_kinds()
    profile_of(frame, known)
    frame.loc[7, "real"] = 99.0
    looked_at.clear()
    profile = profile_of(frame, known)
    assert looked_at == ["real"]
    assert profile.columns[0].maximum == 99.0


def test_where_there_is_a_secret_nothing_is_recalled_and_nothing_remembered(looked_at: list[str]) -> None:
    known = KnownColumns()
    frame = pd.DataFrame({"token": ["hunter2"] * ROWS})

    def hide(text: str) -> str:
        return text.replace("hunter2", "***")

    for redact, shown in ((hide, "***"), (str, "hunter2"), (hide, "***")):
        looked_at.clear()
        assert profile_of(frame, known, redact).columns[0].minimum == shown
        assert looked_at == ["token"]


def test_columns_that_are_kept_in_one_piece_are_told_apart() -> None:
    told = np.dtype("f8", metadata={"unit": "l"})
    values = np.column_stack([np.zeros(ROWS), np.ones(ROWS)]).astype(told)
    known = KnownColumns()
    for _ in range(2):
        frame = pd.DataFrame(values, columns=["zeros", "ones"])
        assert [column.maximum for column in profile_of(frame, known).columns] == [0.0, 1.0]


def test_a_table_and_a_frame_of_equal_columns_keep_their_own_words_for_them() -> None:
    known = KnownColumns()
    table = of_polars().to_arrow()
    for value in (of_polars(), table, table.to_pandas(types_mapper=pd.ArrowDtype)):
        assert profile_of(value, known) == describe(value, str)


@task
def made(key: Secret | None = None) -> pd.DataFrame:
    return of_many_kinds()


@task
def widened(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(new=1.5)


@pipeline
def widening(key: Secret | None = None):
    return widened(made(key))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CUVEE_HOME", str(tmp_path / ".cuvee"))
    monkeypatch.setenv("CUVEE_EXECUTOR", "in-process")
    return tmp_path / ".cuvee"


def test_in_a_run_a_task_that_adds_a_column_has_one_looked_at(home, looked_at: list[str]) -> None:
    run = widening.run()
    assert looked_at == [*of_many_kinds().columns, "new"]
    assert tuple(run["widened"].profile.columns) == describe(run["widened"].output, str).columns


def test_nor_does_a_worker_look_again(home, looked_at: list[str]) -> None:
    setup, code = Setup(str(home.parent), str(home), False), ProcessCode(Scope(home.parent, (home,)))
    performer = make_performer(setup, FilesystemStore(home), code, print, Interrupts())
    frame = of_many_kinds()
    with performer.ready():
        for value in (frame, frame.assign(new=1.5)):
            outcome = performer.perform(order_of(lambda value=value: value))
            assert outcome.status == "succeeded", outcome.failure
    assert looked_at == [*frame.columns, "new"]


def test_of_a_task_with_a_secret_nothing_is_remembered(home, looked_at: list[str]) -> None:
    widening.run(key=Secret("hunter2"))
    assert looked_at == [*of_many_kinds().columns, *of_many_kinds().columns, "new"]


def test_those_that_were_not_met_for_the_longest_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr("cuvee.profiles.known.MOST_KNOWN", 2)
    known = KnownColumns()
    one, two, three = (columns.ColumnProfile(name, "f8", "number", 0) for name in "abc")
    known.keep([b"1", b"2"], [one, two])
    assert known.among([b"1"]) == {0: one}
    known.keep([b"3"], [three])
    assert known.among([b"1", b"2", b"3"]) == {0: one, 2: three}
