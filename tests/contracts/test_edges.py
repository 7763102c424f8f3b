# ruff: noqa: UP007, UP045 - the older spellings are part of what is tested
from __future__ import annotations

import collections.abc as abc
import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from enum import Enum
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    LiteralString,
    NamedTuple,
    NewType,
    NoReturn,
    NotRequired,
    Optional,
    Protocol,
    TypedDict,
    TypeVar,
    Union,
)

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

from cuvee.contracts.annotation import describe
from cuvee.contracts.edges import edge_problem
from cuvee.contracts.values import value_problem

T = TypeVar("T")
Number = TypeVar("Number", bound=float)
Text = TypeVar("Text", str, bytes)
U = TypeVar("U")
UserId = NewType("UserId", int)
Swapped = TypeAliasType("Swapped", dict[U, T], type_params=(T, U))
Lost = TypeAliasType("Lost", "Nowhere")  # noqa: F821


class Model(Protocol):
    alpha: float

    def fit(self, x: Any) -> Any: ...


class Forest:
    def fit(self, x: Any) -> Any: ...


class Scores(TypedDict):
    rmse: float
    note: NotRequired[str]


class Wider(TypedDict):
    rmse: int
    more: str


class Split(NamedTuple):
    train: int
    test: int


class Box(Generic[T]):
    pass


class IntBox(Box[int]):
    pass


class Ages(list[int]):
    pass


class Walk(Generic[T], Iterable[T]):
    def __iter__(self) -> Iterator[T]:
        raise NotImplementedError


@dataclasses.dataclass
class Point:
    x: int


class Colour(Enum):
    RED = 1


FITS = [
    (int, int),
    (bool, int),
    (int, float),
    (bool, float),
    (int, complex),
    (float, complex),
    (None, None),
    (type(None), None),
    (None, Optional[int]),
    (int, Optional[int]),
    (int, object),
    (Any, int),
    (int, Any),
    (abc.Callable[[int], int], Callable[..., Any]),
    (int | str, str | int | None),
    (Union[int, bool], float),
    (bool | None, Optional[int]),
    (list[int], list[float]),
    (list[int], Sequence[float]),
    (list[int], Iterable),
    (list[int], list),
    (list, list[int]),
    (list[Any], list[int]),
    (set[int], abc.Collection[float]),
    (tuple[int, ...], Sequence[int]),
    (tuple[int, bool], tuple[float, ...]),
    (tuple[int, bool], tuple[float, int]),
    (tuple, tuple[int, int]),
    (tuple[()], tuple[int, ...]),
    (tuple[int, *tuple[str, ...]], tuple[int, str]),
    (dict[str, int], Mapping[str, float]),
    (dict, dict[str, float]),
    (dict[str, int], Iterable[str]),
    (dict[str, list[int]], dict[str, Sequence[int]]),
    (str, Iterable[str]),
    (str, Sequence[str]),
    (bytes, Iterable[int]),
    (range, Sequence[int]),
    (str, Sized),
    (abc.Generator[int, None, None], Iterator[float]),
    (T, int),
    (int, T),
    (Number, float),
    (int, Number),
    (str, Text),
    (list[T], list[int]),
    (LiteralString, str),
    (Forest, Model),
    (UserId, int),
    (UserId, UserId),
    (UserId, float),
    (Literal["a"], Literal["a", "b"]),
    (Literal["a", "b"], str),
    (Literal[1], float),
    (bool, Literal[True, False]),
    (Literal["a", 1], int | str),
    (Literal["a", "b"], Literal["a"] | Literal["b"]),
    (Scores, dict),
    (Scores, Mapping[str, object]),
    (Scores, dict[str, Any]),
    (dict[str, float], Scores),
    (dict, Scores),
    (Wider, TypedDict("Small", {"rmse": float})),
    (Split, tuple[int, int]),
    (Split, tuple[float, ...]),
    (Split, Sequence[int]),
    (Callable[[float], bool], Callable[[int], int]),
    (type(len), Callable[..., Any]),
    (Callable, Callable[[int], int]),
    (type[bool], type[int]),
    (type, type[int]),
    (Swapped[int, str], dict[str, int]),
    (dict[str, int], Swapped[float, str]),
    (Swapped, dict[str, int]),
    (int, Lost),
    (Box[int], Box),
    (Box, Box[int]),
    (Box[int], Box[float]),
    (IntBox, Box[int]),
    (IntBox, Box[float]),
    (Ages, list[int]),
    (Ages, list[float]),
    (Walk[int], Iterable[float]),
    (Annotated[int, "a"], int),
    (int, Annotated[float, "b"]),
    (Annotated[int, {}], float),
    (NoReturn, int),
    (Colour, Enum),
    ("unresolved", int),
    (int, "unresolved"),
    (list["unresolved"], list[int]),  # noqa: F821
    (pd.DataFrame, pd.DataFrame),
    (npt.NDArray[np.float64], np.ndarray),
    (np.ndarray, npt.NDArray[np.float64]),
    (npt.NDArray[np.float64], npt.NDArray[np.floating[Any]]),
    (npt.NDArray[np.float64], npt.ArrayLike),
    (pd.DataFrame, npt.ArrayLike),
    (list[float], npt.ArrayLike),
    (np.float64, float),
    (np.float32, float),
    (np.int64, int),
    (np.bool_, bool),
    (np.int64, float),
    (npt.NDArray[np.float64], Iterable[float]),
]

FITS_NOT = [
    (float, int),
    (complex, float),
    (int, bool),
    (int, str),
    (str, int),
    (object, int),
    (None, int),
    (int, None),
    (Optional[int], int),
    (int | str, int),
    (int | str, float | None),
    (list[int | None], list[int]),
    (list[str], list[int]),
    (list[int], tuple[int, ...]),
    (list[int], set[int]),
    (set[int], frozenset[int]),
    (list[int], Sequence[str]),
    (str, Sequence[int]),
    (str, list[str]),
    (Iterable[int], list[int]),
    (tuple[int, int], tuple[int]),
    (tuple[int, int], tuple[int, int, int]),
    (tuple[int, str], tuple[int, int]),
    (tuple[int, str], Sequence[int]),
    (tuple[int, ...], tuple[int, int]),
    (tuple[str, ...], tuple[int, ...]),
    (dict[str, str], dict[str, float]),
    (dict[int, int], dict[str, int]),
    (dict[str, int], Iterable[int]),
    (dict[str, dict[str, str]], dict[str, dict[str, int]]),
    (str, Number),
    (bytes, str),
    (int, Text),
    (list[str], list[Number]),
    (int, Model),
    (int, UserId),
    (str, Literal["a"]),
    (Literal["a", "c"], Literal["a", "b"]),
    (Literal[1], Literal[True]),
    (Literal[1], str),
    (int, Literal[1]),
    (dict[int, float], Scores),
    (Scores, Wider),
    (list[int], Scores),
    (TypedDict("Other", {"rmse": str}), TypedDict("Asked", {"rmse": float})),
    (Split, tuple[int]),
    (Split, tuple[str, int]),
    (tuple[int, int], Split),
    (Callable[[int], str], Callable[[int], int]),
    (Callable[[bool], int], Callable[[int], int]),
    (int, Callable[..., Any]),
    (Callable[[int], int], Callable[[int, int], int]),
    (int, type),
    (type[int], type[str]),
    (Swapped[int, str], dict[int, str]),
    (Box[int], Box[str]),
    (IntBox, Box[str]),
    (Ages, list[str]),
    (Walk[int], Iterable[str]),
    (Point, int),
    (Colour, int),
    (pd.DataFrame, pd.Series),
    (pd.DataFrame, dict),
    (dict[str, float], pd.DataFrame),
    (npt.NDArray[np.float64], npt.NDArray[np.int64]),
    (npt.NDArray[np.float64], pd.DataFrame),
    (np.float64, int),
]


@pytest.mark.parametrize(("produced", "wanted"), FITS, ids=lambda annotation: describe(annotation))
def test_what_fits(produced: Any, wanted: Any) -> None:
    assert edge_problem(produced, wanted) is None


@pytest.mark.parametrize(("produced", "wanted"), FITS_NOT, ids=lambda annotation: describe(annotation))
def test_what_does_not_fit(produced: Any, wanted: Any) -> None:
    assert edge_problem(produced, wanted) is not None


@pytest.mark.parametrize(
    ("produced", "wanted", "message"),
    [
        (dict[str, float], pd.DataFrame, "dict[str, float] is not a DataFrame"),
        (str, int, "str is not an int"),
        (Optional[int], int, "int | None may be None, which is not an int"),
        (None, int, "None is not an int"),
        (float, int | str, "float is not int | str"),
        (pd.DataFrame, type("DataFrame", (), {"__module__": "polars"}), "is not polars.DataFrame"),
    ],
)
def test_the_message_says_what_is_not_what(produced: Any, wanted: Any, message: str) -> None:
    assert message in (edge_problem(produced, wanted) or "")


def test_a_type_that_contains_itself_can_be_compared() -> None:
    class Tree(TypedDict):
        children: list[Tree]  # type: ignore[name-defined]

    class Bush(TypedDict):
        children: list[Bush]  # type: ignore[name-defined]

    Tree.__annotations__["children"], Bush.__annotations__["children"] = list[Tree], list[Bush]
    assert edge_problem(Tree, Bush) is None


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the `type` statement came with Python 3.12")
def test_an_alias_that_contains_itself() -> None:
    names: dict[str, Any] = {}
    exec("type Json = dict[str, Json] | list[Json] | int | None\ntype Lost = Nowhere", names)
    json, lost = names["Json"], names["Lost"]
    assert edge_problem(dict[str, list[int]], json) is None
    assert edge_problem(json, Optional[json]) is None
    assert edge_problem(int, lost) is None
    assert edge_problem(str, json) == "str is not a Json"
    assert edge_problem(json, int) == "Json may be dict[str, Json] | list[Json] | None, which is not an int"
    assert value_problem({"a": [1, {"b": None}]}, json) is None
    assert value_problem({"a": [1, {"b": "x"}]}, json) is not None


def test_the_common_edges_need_no_type_library() -> None:
    code = """
import sys
from typing import Iterable, Optional
from cuvee.contracts.edges import edge_problem
assert not edge_problem(dict[str, int], dict[str, float])
assert not edge_problem(list[int], Optional[Iterable[float]])
assert edge_problem(tuple[int, str], tuple[int, int])
assert not {"beartype", "typeguard", "numpy", "pandas"} & set(sys.modules), sorted(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (pd.DataFrame, "DataFrame"),
        (dict[str, float], "dict[str, float]"),
        (int | None, "int | None"),
        (Optional[int], "int | None"),
        (None, "None"),
        (Any, "Any"),
        (list, "list"),
        (tuple[()], "tuple[()]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Literal["a", 1], "Literal['a', 1]"),
        (Annotated[int, 1], "int"),
        (Callable[[int], str], "Callable[[int], str]"),
        (Callable[..., Any], "Callable[..., Any]"),
        (npt.NDArray[np.float64], "NDArray[float64]"),
        (T, "T"),
        (UserId, "UserId"),
        (Sequence[int], "Sequence[int]"),
        (list["Later"], "list[Later]"),  # noqa: F821
        ("Later", "Later"),
        (Box[int], "Box[int]"),
        (LiteralString, "LiteralString"),
    ],
)
def test_describe_gives_short_names(annotation: Any, text: str) -> None:
    assert describe(annotation) == text


PLAIN = st.sampled_from([int, float, bool, str, bytes, complex, type(None)])
ANNOTATIONS = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        inner.map(lambda item: list[item]),
        inner.map(lambda item: tuple[item, ...]),
        st.tuples(inner, inner).map(lambda pair: tuple[pair]),
        st.tuples(PLAIN, inner).map(lambda pair: dict[pair]),
        st.tuples(inner, inner).map(lambda pair: Union[pair]),
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(ANNOTATIONS)
def test_every_annotation_fits_itself_and_optional(annotation: Any) -> None:
    assert edge_problem(annotation, annotation) is None
    assert edge_problem(annotation, Optional[annotation]) is None


@settings(max_examples=150, deadline=None)
@given(ANNOTATIONS, ANNOTATIONS, st.data())
def test_an_edge_that_fits_never_hands_on_a_wrong_value(
    produced: Any, wanted: Any, data: st.DataObject
) -> None:
    value = data.draw(st.from_type(produced))
    assert value_problem(value, produced) is None
    if edge_problem(produced, wanted) is None:
        assert value_problem(value, wanted) is None
