from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestRegressor

from cuvee.codecs.text import MAX_TEXT, class_name, text_of
from cuvee.model.file import File
from cuvee.model.secret import Secret


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Config:
    depth: int
    frame: Any = None
    password: Any = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass
class Grumpy:
    depth: Any

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


def grumpy() -> Grumpy:
    value = Grumpy(1)
    del value.depth
    return value


class Split(NamedTuple):
    train: Any
    test: Any


class Loud:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


FRAME = pd.DataFrame({"a": range(4898), "b": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8, "8"),
        (True, "True"),
        (None, "None"),
        (0.25, "0.25"),
        ("white", "'white'"),
        ("two\nlines", r"'two\nlines'"),
        (b"ab", "b'ab'"),
        ([1, 2], "[1, 2]"),
        ((1,), "(1,)"),
        ((), "()"),
        ({}, "{}"),
        ({"a": 1, 2: [3]}, "{'a': 1, 2: [3]}"),
        ({1}, "{1}"),
        (set(), "set()"),
        (frozenset(), "frozenset()"),
        (range(3), "range(0, 3)"),
        (Colour.RED, "Colour.RED"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "2024-01-02 00:00:00+00:00"),
        (pd.Timestamp("2024-01-02"), "2024-01-02 00:00:00"),
        (np.datetime64("2024-01-02", "ns"), "2024-01-02T00:00:00.000000000"),
        (Decimal("1.50"), "1.50"),
        (Path("a/b"), "Path('a/b')"),
        (File("wine.csv"), "wine.csv"),
        (Secret("hush"), "***"),
        (FRAME, "DataFrame 4898 × 2"),
        (FRAME["a"], "Series int64 4898"),
        (np.zeros((3, 4)), "ndarray float64 3 × 4"),
        (np.float64(0.5), "0.5"),
        (np.int8(3), "3"),
        (np.bool_(True), "True"),
        (Config(8, FRAME), "Config(depth=8, frame=DataFrame 4898 × 2)"),
        (Split(FRAME, 1), "Split(train=DataFrame 4898 × 2, test=1)"),
        ([FRAME, FRAME], "[DataFrame 4898 × 2, DataFrame 4898 × 2]"),
        (RandomForestRegressor(), "RandomForestRegressor"),
        (np.longdouble(0.5), "0.5"),
        (Loud(), "Loud"),
        (range(10**10_000), "range"),
        (grumpy(), "Grumpy"),
        ([Loud()], "[Loud]"),
        (int, "int"),
        (pd.DataFrame, "pandas.DataFrame"),
        (len, "len()"),
        (text_of, "text_of()"),
        ((n for n in [1]), "generator"),
        (object(), "object"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_value_as_a_person_reads_it(value: Any, text: str) -> None:
    assert text_of(value) == text


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value, value]
    return value


LOOP: list[Any] = [1]
LOOP.append(LOOP)


class Endless(dict):  # type: ignore[type-arg]
    pass


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10**7,
        b"x" * 10**7,
        10**10_000,
        -(10**10_000),
        list(range(10**6)),
        {n: n for n in range(10**5)},
        set(range(10**5)),
        [["word"] * 1000] * 1000,
        nested(60),
        LOOP,
        Config(LOOP),
        Split("x" * 1000, "y" * 1000),
        Endless({n: n for n in range(10**5)}),
        {"k" * 1000: "v"},
        ["x" * 10**6],
        np.str_("x" * 10**6),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_huge_value_has_a_short_text(value: Any) -> None:
    text = text_of(value)
    assert 0 < len(text) <= MAX_TEXT
    assert "\n" not in text


def test_what_is_left_out_is_counted() -> None:
    assert text_of(list(range(1000))).endswith(", … 983 more]")
    assert text_of(["a" * 200, "b"]) == "[… 2 items]"


def test_secrets_stay_secret_wherever_they_are() -> None:
    for value in (
        [Secret("hush")],
        {"a": Secret("hush")},
        Config(Secret("hush")),
        Config(1, password="hush"),
    ):
        assert "hush" not in text_of(value)


@given(
    st.recursive(
        st.integers() | st.text() | st.floats() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_text_is_one_short_line(value: Any) -> None:
    text = text_of(value)
    assert 0 < len(text) <= MAX_TEXT
    assert text.isprintable()


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (int, "int"),
        (pd.DataFrame, "pandas.DataFrame"),
        (np.ndarray, "numpy.ndarray"),
        (RandomForestRegressor, "sklearn.ensemble.RandomForestRegressor"),
        (Config, "test_text.Config"),
        (dt.datetime, "datetime.datetime"),
    ],
)
def test_a_class_as_people_know_it(cls: type, name: str) -> None:
    assert class_name(cls) == name
