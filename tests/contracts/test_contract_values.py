# ruff: noqa: UP045 - the older spellings are part of what is tested
from __future__ import annotations

import collections
import dataclasses
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    Protocol,
    TypedDict,
    TypeVar,
)

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from cuvee.contracts.values import ITEM_CAP, value_problem

T = TypeVar("T")
UserId = NewType("UserId", int)


class Model(Protocol):
    def fit(self, x: Any) -> Any: ...


class Forest:
    def fit(self, x: Any) -> Any: ...


class Scores(TypedDict):
    rmse: float
    note: NotRequired[str]


class Split(NamedTuple):
    train: list[int]
    test: int


@dataclasses.dataclass
class Report:
    scores: list[float]
    best: int = None  # type: ignore[assignment]


itself: list[Any] = [1]
itself.append(itself)
Nested = list["Nested | int"]

FITS = [
    (1, int),
    (True, int),
    (1, float),
    (True, float),
    (1, complex),
    (1.0, complex),
    (None, None),
    (None, Optional[int]),
    (1, int | str),
    (1, Any),
    (1, object),
    (1, T),
    (1, "unresolved"),
    ("a", Literal["a", "b"]),
    (1, Annotated[int, {}]),
    ([1, 2], list[int]),
    ([1, True], list[float]),
    ([], list[int]),
    ([1, None], list[int | None]),
    ([[1], []], list[list[int]]),
    ((1, "a"), tuple[int, str]),
    ((1, 2, 3), tuple[int, ...]),
    ((), tuple[()]),
    ((1, "a"), tuple[int, *tuple[str, ...]]),
    ({"a": 1}, dict[str, float]),
    ({"a": {"b": [1]}}, Mapping[str, Mapping[str, Sequence[int]]]),
    ({1: 2}, Iterable[int]),
    ({1, 2}, set[int]),
    (frozenset([1]), frozenset[float]),
    (collections.deque([1]), collections.deque[int]),
    (Counter("aab"), Counter[str]),
    ("abc", Sequence[str]),
    (range(3), Sequence[int]),
    (iter(["a"]), Iterable[int]),
    (Forest(), Model),
    (len, Callable[..., Any]),
    (lambda x: x, Callable[[int], int]),
    (bool, type[int]),
    (1, UserId),
    ({"rmse": 1}, Scores),
    ({"rmse": 1.0, "note": "a"}, Scores),
    (Split([1], 2), Split),
    (Report([1, 2.5]), Report),
    (Report([1]), Report | None),
    (pd.DataFrame(), pd.DataFrame),
    (Path("a"), Path),
    (itself, list[Any]),
    (itself, Nested),
    (np.float64(1), float),
    (np.float32(1), float),
    (np.int64(1), int),
    (np.int64(1), float),
    (np.bool_(True), bool),
    ({"a": np.float32(1)}, dict[str, float]),
    (np.zeros(2), npt.NDArray[np.float64]),
    (np.zeros(2), npt.NDArray[Any]),
    (np.zeros(2), npt.NDArray[np.floating[Any]]),
    (np.zeros(2), np.ndarray),
    (np.zeros((2, 2)), npt.ArrayLike),
]

FITS_NOT = [
    ("a", int, "it is a str, not an int"),
    (1.5, int, "it is a float, not an int"),
    (1, bool, "it is an int, not a bool"),
    (1, str, "it is an int, not a str"),
    (None, int, "it is None, not an int"),
    (1, None, "it is an int, not None"),
    (1.5, int | str, "it is a float, not int | str"),
    ("a", Optional[int], "it is a str, not int | None"),
    (int, int, "it is a type, not an int"),
    ("c", Literal["a", "b"], "it is 'c', not one of 'a', 'b'"),
    (True, Literal[1], "it is True, not 1"),
    ([0, 1, 2, "3"], list[int], "item 3 is a str, not an int"),
    ((1, 2), list[int], "it is a tuple, not a list[int]"),
    ([1, None], list[int], "item 1 is None, not an int"),
    ([1, "a"], Sequence[int], "item 1 is a str, not an int"),
    ("ab", Sequence[int], "item 0 is a str, not an int"),
    ([[1], [2, "x"]], list[list[int]], "item 1 of item 1 is a str, not an int"),
    ([[1], ["x"]], list[list[int]] | None, "item 0 of item 1 is a str, not an int"),
    ((1, 2), tuple[int, str], "item 1 is an int, not a str"),
    ((1, 2, 3), tuple[int, int], "it has 3 items, not 2"),
    ((1,), tuple[int, int], "it has 1 item, not 2"),
    ((1, "a"), tuple[int, ...], "item 1 is a str, not an int"),
    ({"rmse": None}, dict[str, float], "the value of 'rmse' is None, not a float"),
    ({1: 2}, dict[str, int], "the key 1 is an int, not a str"),
    (
        {"a": {"b": [1, "x"]}},
        dict[str, dict[str, list[int]]],
        "item 1 of the value of 'b' of the value of 'a' is a str",
    ),
    ({1, "a"}, set[int], "the item 'a' is a str, not an int"),
    (iter([1]), list[int], "it is a list_iterator, not a list[int]"),
    ([1], Iterator[int], "it is a list, not an Iterator[int]"),
    (3, Model, "it is not compatible with the Model protocol because it has no method named 'fit'"),
    ([Forest(), 3], list[Model], "item 1 is not compatible"),
    (lambda: 1, Callable[[int], int], "too few arguments"),
    (int, type[str], "it is not a subclass of str"),
    ("a", UserId, "it is a str, not an int"),
    ({"note": "a"}, Scores, "it has no 'rmse', which Scores has"),
    ({"rmse": 1.0, "mae": 2}, Scores, "it has 'mae', which Scores has not"),
    ({"rmse": "x"}, Scores, "the value of 'rmse' is a str, not a float"),
    ([1], Scores, "it is a list, not a Scores"),
    (Split([1, "a"], 2), Split, "item 1 of .train is a str, not an int"),  # type: ignore[list-item]
    (Report([1.0], "x"), Report, ".best is a str, not an int"),  # type: ignore[arg-type]
    ([Report(["x"])], list[Report], "item 0 of .scores of item 0 is a str, not a float"),  # type: ignore[list-item]
    (
        type("DataFrame", (), {"__module__": "polars", "__repr__": lambda self: "polars.DataFrame"})(),
        pd.DataFrame,
        "it is a polars.DataFrame, not a pandas",
    ),
    (np.float64(1), int, "it is a float64, not an int"),
    (np.zeros(2, int), npt.NDArray[np.float64], "it is an array of int64, not of float64"),
    (
        np.zeros(2),
        np.ndarray[tuple[int, int], np.dtype[Any]],
        "it is an array of 1 dimension, not of 2 dimensions",
    ),
    (1, npt.NDArray[np.float64], "it is an int, not an NDArray[float64]"),
]


@pytest.mark.parametrize(("value", "annotation"), FITS, ids=[str(number) for number in range(len(FITS))])
def test_what_fits(value: Any, annotation: Any) -> None:
    assert value_problem(value, annotation) is None


@pytest.mark.parametrize(
    ("value", "annotation", "problem"), FITS_NOT, ids=[str(number) for number in range(len(FITS_NOT))]
)
def test_what_does_not_fit_and_where(value: Any, annotation: Any, problem: str) -> None:
    assert problem in (value_problem(value, annotation) or "")


def test_an_iterator_is_not_consumed() -> None:
    items = iter([1, 2])
    assert value_problem(items, Iterable[str]) is None
    assert list(items) == [1, 2]


def test_every_item_of_a_long_list_is_checked() -> None:
    items: list[Any] = [1] * (2 * ITEM_CAP)
    items[-1] = "x"
    assert value_problem(items, list[int]) == f"item {len(items) - 1} is a str, not an int"


def test_lists_of_lists_are_checked_up_to_the_cap() -> None:
    items: list[Any] = [[1]] * (2 * ITEM_CAP)
    items[ITEM_CAP - 1] = ["x"]
    assert value_problem(items, list[list[int]]) == f"item 0 of item {ITEM_CAP - 1} is a str, not an int"
    items[ITEM_CAP - 1], items[-1] = [1], ["x"]
    assert value_problem(items, list[list[int]]) is None


def test_common_values_need_no_type_library_and_no_numpy() -> None:
    code = """
import sys
from cuvee.contracts.values import value_problem
assert not value_problem({"rmse": 1}, dict[str, float])
assert not value_problem([(1, "a")], list[tuple[int, str]])
assert value_problem([1, "a"], list[int | None])
assert not {"beartype", "typeguard", "numpy", "pandas"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
