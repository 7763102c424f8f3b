"""The next call gets the very object only where nobody can tell; a change in place reaches nobody, ever."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cuvee import pipeline, result, task
from cuvee.perform.ownership import is_alone

ROWS = 200_000
# What tasks leave behind here is what cuvee warns of.
pytestmark = pytest.mark.filterwarnings("ignore:global test_handing")
SEEN: dict[str, Any] = {}
HELD: list[Any] = []


def numbers(columns: int = 3) -> pd.DataFrame:
    return pd.DataFrame(
        np.random.default_rng(1).normal(size=(ROWS, columns)), columns=list("abcdefgh")[:columns]
    )


def with_column() -> pd.DataFrame:
    frame = numbers().copy(deep=False)
    frame["new"] = frame["a"] * 2
    return frame


def filtered() -> pd.DataFrame:
    frame = numbers()
    return frame[frame["a"] > 0].reset_index(drop=True)


def array() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(ROWS, 3))


PRIVATE: list[Callable[[], Any]] = [
    numbers,
    with_column,
    filtered,
    array,
    lambda: array().T,
    lambda: array()[:1000],
]


@pytest.mark.parametrize("make", PRIVATE)
def test_what_a_call_made_for_itself_is_alone(make: Callable[[], Any]) -> None:
    assert is_alone([make()])


def _held(value: Any) -> Any:
    HELD[:] = [value]
    return value


def _part_held(value: Any, part: Callable[[Any], Any]) -> Any:
    HELD[:] = [part(value)]
    return value


@functools.lru_cache
def cached() -> pd.DataFrame:
    return numbers()


def _in_a_cycle() -> np.ndarray:
    made = array()
    ring: list[Any] = [made]
    ring.append(ring)
    return made


def _in_a_closure() -> np.ndarray:
    made = array()
    HELD[:] = [lambda: made]
    return made


def _with_attrs() -> pd.DataFrame:
    frame = numbers()
    frame.attrs["notes"] = HELD
    return frame


def _read_only() -> np.ndarray:
    made = array()
    made.flags.writeable = False
    return made


SHARED: dict[str, Callable[[], Any]] = {
    "held": lambda: _held(numbers()),
    "an array held": lambda: _held(array()),
    "cached": cached,
    "a view of a frame held": lambda: _held(numbers()).copy(deep=False),
    "columns of a frame held": lambda: _held(numbers())[["a", "b"]],
    "its own view held": lambda: _part_held(numbers(), lambda frame: frame.copy(deep=False)),
    "a column held": lambda: _part_held(numbers(), lambda frame: frame["a"]),
    "a column's array held": lambda: _part_held(numbers(), lambda frame: frame["a"].to_numpy()),
    "labels held": lambda: _part_held(numbers(), lambda frame: frame.columns),
    "rows' labels held": lambda: _part_held(filtered(), lambda frame: frame.index),
    "a view of an array held": lambda: _part_held(array(), lambda made: made[1:]),
    "a buffer held": lambda: _part_held(array(), memoryview),
    "a view of an array that is held": lambda: _held(array())[:, 1],
    "in a cycle": _in_a_cycle,
    "in a closure": _in_a_closure,
    "attrs": _with_attrs,
    "objects": lambda: numbers().assign(o=[[1]] * ROWS),
    "texts": lambda: numbers().assign(s="x"),
    "read only": _read_only,
    "memory of bytes": lambda: np.frombuffer(bytearray(8 * ROWS)),
    "a subclass": lambda: np.ma.array(array()),
    "an index of another kind": lambda: numbers().set_index(pd.date_range("2026", periods=ROWS, freq="s")),
}


@pytest.mark.parametrize("name", SHARED)
def test_what_anything_else_may_refer_to_is_not_alone(name: str) -> None:
    value = [SHARED[name]()]
    assert not is_alone(value)
    HELD.clear()


@task
def make(kind: str) -> pd.DataFrame:
    value = {"fresh": numbers, "held": lambda: _held(numbers())}[kind]()
    SEEN["made"] = weakref.ref(value)
    return value


@task
def spoil(frame: pd.DataFrame, again: bool = False) -> float:
    SEEN.setdefault("handed", []).append(SEEN["made"]() is frame)
    before = float(frame["a"].sum())
    frame._mgr.blocks[0].values[:] = 0.0
    frame.columns.name = "spoilt"
    return before


@task
def total(frame: pd.DataFrame) -> tuple[float, str]:
    return float(frame["a"].sum()), str(frame.columns.name)


@pipeline
def chain(kind: str = "fresh"):
    frame = make(kind)
    return spoil(frame), spoil(frame, again=True), total(frame)


@pipeline
def asked(kind: str = "fresh"):
    frame = make(kind)
    spoil(frame)
    spoil(frame, again=True)
    seen = result(frame)
    SEEN["asked"] = float(seen["a"].sum())
    return frame


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUVEE_HOME", str(tmp_path / "store"))
    # What tasks leave in HELD and SEEN is read here: on a busy machine they could run in workers.
    monkeypatch.setenv("CUVEE_EXECUTOR", "in-process")
    HELD.clear()
    SEEN.clear()


TOTAL = float(numbers()["a"].sum())


@pytest.mark.parametrize(("kind", "handed"), [("fresh", [True, False]), ("held", [False, False])])
def test_one_consumer_gets_the_very_object_where_nobody_holds_it(kind: str, handed: list[bool]) -> None:
    chain.run(kind)
    assert SEEN["handed"] == handed


@pytest.mark.parametrize("kind", ["fresh", "held"])
def test_a_change_in_place_reaches_nobody(kind: str) -> None:
    run = chain.run(kind)
    assert run.result == (TOTAL, TOTAL, (TOTAL, "None"))
    assert run["make"].output["a"].sum() == TOTAL
    for held in HELD:
        assert held["a"].sum() == TOTAL
        assert held.columns.name is None


def test_who_asks_for_the_value_gets_what_was_stored() -> None:
    run = asked.run()
    assert SEEN["asked"] == TOTAL
    assert run.result["a"].sum() == TOTAL


@task
def halves() -> tuple[np.ndarray, np.ndarray]:
    parts = array(), array() + 1
    SEEN["parts"] = [weakref.ref(part) for part in parts]
    return parts


@task
def shared_halves() -> tuple[np.ndarray, np.ndarray]:
    whole = array()
    SEEN["parts"] = [lambda: None]
    return whole[: ROWS // 2], whole[ROWS // 2 :]


@task
def zero(part: np.ndarray) -> float:
    SEEN.setdefault("handed", []).append(SEEN["parts"][0]() is part)
    before = float(part.sum())
    part[:] = 0
    return before


@pipeline
def split():
    first, second = halves()
    return zero(first), first, second


@pipeline
def split_shared():
    first, second = shared_halves()
    return zero(first), first, second


def test_an_element_is_handed_on_too() -> None:
    before, first, second = split.run().result
    assert SEEN["handed"] == [True]
    assert before == first.sum() == array().sum()
    assert second.sum() == (array() + 1).sum()


def test_elements_that_share_memory_are_not() -> None:
    before, first, second = split_shared.run().result
    assert before == first.sum() == array()[: ROWS // 2].sum()
    assert second.sum() == array()[ROWS // 2 :].sum()


LAYOUTS: dict[str, Callable[[], Any]] = {
    "by columns": lambda: np.asfortranarray(array()),
    "by rows": array,
    "with gaps": lambda: array()[::2],
    "backwards": lambda: array()[::-1],
    "turned": lambda: array().T,
    "a frame": numbers,
    "a frame around rows": lambda: pd.DataFrame(array(), copy=False),
    "a frame with a column more": with_column,
    "a frame of floats": lambda: numbers().astype("f4"),
}


@task
def laid_out(name: str, live: bool) -> Any:
    value = LAYOUTS[name]()
    if not live:
        HELD[:] = [value]
    return value


@task
def computed(value: Any) -> list[bytes]:
    values = np.asarray(value)
    return [
        values.sum(axis=0).tobytes(),
        values.mean().tobytes(),
        (values.T @ values if values.shape[0] > values.shape[1] else values @ values.T).tobytes(),
        np.asarray(value.sum()).tobytes(),
    ]


@pipeline
def layout(name: str, live: bool):
    return computed(laid_out(name, live))


@pytest.mark.parametrize("name", LAYOUTS)
def test_handed_on_or_read_back_a_computation_gives_the_same_bits(name: str) -> None:
    assert layout.run(name, True).result == layout.run(name, False).result
