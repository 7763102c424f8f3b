"""Values of many kinds, no two of which are alike, and what makes some of them."""

# ruff: noqa: E501, UP045 - a table, and what users write

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import json
import pathlib
import re
import typing
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.value import fingerprint_value

HERE = Scope(Path(__file__).parent)


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Number(int):
    pass


class Text(str):
    __slots__ = ()


class Table(dict):
    pass


class Pair(typing.NamedTuple):
    a: int
    b: int


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


@dataclasses.dataclass
class Same:
    x: int
    y: int = 0


@dataclasses.dataclass(frozen=True)
class Holder:
    inner: Any


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a: object, b: object) -> None:
        self.a, self.b = a, b


class Hooked:
    def __init__(self, key: object, rest: object) -> None:
        self.key, self.rest = key, rest

    def __cuvee_fingerprint__(self) -> object:
        return self.key


class Cached:
    def __init__(self, x: int) -> None:
        self.x = x

    @functools.cached_property
    def double(self) -> int:
        return self.x * 2


def scaled(x: int) -> int:
    return x * 2


def make(k: object) -> Any:
    def inner(x: int) -> object:
        return x, k

    return inner


def digest(value: object) -> bytes:
    return fingerprint_value(value, HERE, Memo())


_FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
_DAY = datetime.datetime(2024, 3, 1, 12, 0)
_NAN = float("nan")

# Any two of these are apart.
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 255, 256, 2**64, -(2**64), 1.0, 0.0, -0.0, _NAN, float("inf"), 1j, -0j, complex(1, 0),
    "", "1", "ab", b"", b"1", b"ab", bytearray(b"ab"), ..., NotImplemented, range(3), range(0, 3, 2), slice(1), slice(1, None),
    [], [1], [True], [1.0], ["1"], [None], [[]], [[1]], [1, 2], [2, 1], ["ab", "c"], ["a", "bc"], ["abc"],
    (), (1,), ((1,),), (1, 2), ("ab", "c"), ("a", "bc"),
    {}, {1: 2}, {2: 1}, {1: 2, 3: 4}, {3: 4, 1: 2}, {"1": 2}, {1: "2"}, {True: 2},
    set(), {1}, {1, 2}, {"1"}, frozenset(), frozenset({1}), frozenset({1, 2}), {frozenset({1})}, {(1, 2)},
    Number(1), Text("ab"), Table(), Table({1: 2}), OrderedDict({1: 2}), defaultdict(int, {1: 2}), defaultdict(list, {1: 2}),
    Counter({1: 2}), deque([1]), deque([1], maxlen=3), Pair(1, 2), Pair(2, 1),
    Point(1), Point(1, 1), Point(True), Same(1), Holder(Point(1)), Holder(Same(1)), Slotted(1, 2), Slotted(2, 1),
    Colour.RED, Colour.GREEN, Colour, Point, int, str, type(None), list[int], list[str], typing.Optional[int],
    _DAY, _DAY.date(), _DAY.time(), _DAY.replace(tzinfo=datetime.UTC), _DAY.replace(fold=1),
    datetime.timedelta(1), datetime.timedelta(0, 1), decimal.Decimal(1), decimal.Decimal("1.0"), decimal.Decimal("-0"),
    fractions.Fraction(1, 2), uuid.UUID(int=1), pathlib.PurePosixPath("a"), pathlib.PurePosixPath("a/b"),
    re.compile("a"), re.compile("a", re.IGNORECASE), re.compile(b"a"),
    len, max, np.mean, np.median, np.add, scaled, make(1), make(2), make(1.0), lambda x: x + 1, lambda x: x + 2,
    functools.partial(max, 1), functools.partial(max, 2), functools.partial(min, 1), functools.partial(max, key=len),
    Point(1).__eq__, Point(2).__eq__, [].append, [1].append, "".join, "a".join, str.join, json, json.decoder,
    np.float64(1.0), np.float32(1.0), np.int64(1), np.int32(1), np.bool_(True), np.str_("ab"), np.datetime64("2024-01-01"),
    np.dtype("f8"), np.dtype("f4"), np.dtype([("a", "f8")]), np.dtype([("b", "f8")]),
    np.array([1, 2]), np.array([2, 1]), np.array([1.0, 2.0]), np.array([1, 2], "i4"), np.array([1, 2], ">i8"), np.array([[1, 2]]),
    np.array([[1], [2]]), np.array([]), np.array([], "i8"), np.array(1), np.array(["a", "b"]), np.array(["a", "b"], object),
    np.array([1, "b"], object), np.array([1.0, "b"], object), np.asfortranarray([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]]),
    np.array([(1.0,)], [("a", "f8")]), np.array([(1.0,)], [("b", "f8")]), np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0]),
    _FRAME, _FRAME.iloc[::-1], _FRAME[["b", "a"]], _FRAME.rename(columns={"a": "c"}), _FRAME.astype({"a": "i4"}), _FRAME.set_index("b"),
    _FRAME.astype({"b": object}), _FRAME.astype({"b": "category"}), _FRAME["a"], _FRAME["a"].rename("z"), _FRAME.index, _FRAME.columns,
    pd.Categorical(["a"], ["a", "b"]), pd.Categorical(["a"], ["b", "a"]), pd.Categorical(["a"], ["a", "b"], ordered=True),
    pd.Timestamp(0), pd.Timestamp(0, tz="UTC"), pd.Timestamp(0, tz="Europe/Paris"), pd.NA, pd.NaT,
    pd.date_range("2024", periods=2), pd.date_range("2024", periods=2, tz="UTC"), pd.date_range("2024", periods=2).as_unit("s"),
]  # fmt: skip
