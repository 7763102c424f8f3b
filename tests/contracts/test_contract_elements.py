# ruff: noqa: UP045 - the older spellings are part of what is tested
from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import (
    Annotated,
    Any,
    Generic,
    NamedTuple,
    NotRequired,
    Optional,
    TypedDict,
    TypeVar,
)

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from cuvee.contracts.elements import element_annotation, elements_of, entry_annotation, item_annotation

T = TypeVar("T")


class Split(NamedTuple):
    train: pd.DataFrame
    test: pd.DataFrame


class Untyped(NamedTuple):
    train: pd.DataFrame
    test: Unresolvable  # type: ignore[name-defined]  # noqa: F821


@dataclasses.dataclass
class Report:
    scores: dict[str, float]
    best: int = 0


@dataclasses.dataclass
class Pair(Generic[T]):
    first: T
    both: list[T]


class Scores(TypedDict):
    rmse: float
    note: NotRequired[str]


@pytest.mark.parametrize(
    ("annotation", "names"),
    [
        (tuple[int, str], ("0", "1")),
        (tuple[()], ()),
        (Annotated[tuple[int], "a"], ("0",)),
        (Split, ("train", "test")),
        (Report, ("scores", "best")),
        (Pair[int], ("first", "both")),
        (Scores, ("rmse", "note")),
        (tuple[int, ...], None),
        (tuple, None),
        (tuple[int, *tuple[str, ...]], None),
        (list[int], None),
        (dict, None),
        (dict[str, int], None),
        (int, None),
        (None, None),
        (Any, None),
        (Optional[Split], None),
        (pd.DataFrame, None),
    ],
)
def test_the_names_of_the_elements(annotation: Any, names: tuple[str, ...] | None) -> None:
    assert elements_of(annotation) == names


@pytest.mark.parametrize(
    ("annotation", "name", "element"),
    [
        (tuple[int, str], "1", str),
        (Split, "test", pd.DataFrame),
        (Report, "scores", dict[str, float]),
        (Pair[int], "first", int),
        (Pair[int], "both", list[int]),
        (Scores, "rmse", float),
        (Untyped, "train", pd.DataFrame),
        (Untyped, "test", Any),
    ],
)
def test_the_annotation_of_an_element(annotation: Any, name: str, element: Any) -> None:
    assert element_annotation(annotation, name) == element


@pytest.mark.parametrize("annotation", [Split, tuple[int], list[int]])
def test_an_element_that_is_not_there(annotation: Any) -> None:
    with pytest.raises(KeyError):
        element_annotation(annotation, "7")


@pytest.mark.parametrize(
    ("annotation", "item"),
    [
        (list[int], int),
        (Sequence[int], int),
        (Iterable[str], str),
        (tuple[int, ...], int),
        (set[int], int),
        (tuple[int, str], int | str),
        (list, Any),
        (Any, Any),
        (range, int),
        (Annotated[list[int], "a"], int),
        (int, None),
        (str, None),
        (dict[str, int], None),
        (npt.NDArray[np.float64], None),
        (pd.DataFrame, None),
        (None, None),
    ],
)
def test_the_annotation_of_an_item(annotation: Any, item: Any) -> None:
    assert item_annotation(annotation) == item


@pytest.mark.parametrize(
    ("annotation", "key", "entry"),
    [
        (dict[str, int], "a", int),
        (Optional[dict[str, int]], "a", int),
        (Scores, "rmse", float),
        (Scores, "other", Any),
        (list[int], 4, int),
        (tuple[int, str], 1, str),
        (tuple[int, str], 2, Any),
        (tuple[int, ...], 9, int),
        (dict, "a", Any),
        (int, 0, Any),
        (Any, 0, Any),
    ],
)
def test_what_stands_at_a_key(annotation: Any, key: Any, entry: Any) -> None:
    assert entry_annotation(annotation, key) == entry
