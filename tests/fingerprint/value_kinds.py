"""Kinds of values, each made from attributes: so that two can differ in exactly one of them.

`make(attributes, way)` makes the value; ways 0 and 1 go about it differently and must give equal
values. A kind that is `portable` comes to the same under every version of Python.
"""

# ruff: noqa: E501 - tables

from __future__ import annotations

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import ipaddress
import pathlib
import pickle
import random
import re
import struct
import types
import typing
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

Attributes = dict[str, Any]
Draw = Callable[[random.Random], Any]


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    attributes: dict[str, Draw]
    make: Callable[[Attributes, int], Any]
    portable: bool = True
    # How its argument is stored may depend on how it was made: then a run may be needless.
    stored_alike: bool = True


class Number(int):
    pass


class Text(str):
    __slots__ = ()


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Access(enum.Flag):
    READ = 1
    WRITE = 2
    RUN = 4


class Pair(typing.NamedTuple):
    a: Any
    b: Any


class Other(typing.NamedTuple):
    a: Any
    b: Any


@dataclasses.dataclass
class Point:
    x: Any
    y: Any = 0


@dataclasses.dataclass
class Same:
    x: Any
    y: Any = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Slim:
    x: Any
    y: Any = 0


@dataclasses.dataclass
class Late:
    x: Any
    y: Any = dataclasses.field(default=None, init=False)


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x: Any, y: Any) -> None:
        self.x, self.y = x, y


class Plain:
    def __init__(self, x: Any, y: Any) -> None:
        self.x, self.y = x, y

    @functools.cached_property
    def both(self) -> Any:
        return self.x, self.y


def one_of(*options: Any) -> Draw:
    return lambda rng: rng.choice(options)


def whole(low: int, high: int) -> Draw:
    return lambda rng: rng.randint(low, high)


def integer(rng: random.Random) -> int:
    return rng.choice((-1, 1)) * rng.getrandbits(rng.choice((1, 4, 8, 31, 32, 63, 64, 65, 200)))


def real(rng: random.Random) -> float:
    """Any 64 bits: infinities, both zeros and NaNs of every payload among them."""
    if rng.random() < 0.3:
        return rng.choice((0.0, -0.0, 1.0, -1.0, float("inf"), float("-inf"), float("nan"), 5e-324))
    return struct.unpack("<d", rng.randbytes(8))[0]


def text(rng: random.Random) -> str:
    return "".join(rng.choice("ab1é\0 😀\ud800") for _ in range(rng.randrange(6)))


def name(rng: random.Random) -> str:
    return "".join(rng.choice("abcde") for _ in range(rng.randint(1, 6)))


def raw(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randrange(5))


def again(value: Any, way: int) -> Any:
    """The value itself, or one that came from another process."""
    return pickle.loads(pickle.dumps(value)) if way else value


def leaf(kind: str, draw: Draw, make: Callable[[Any, int], Any] = again, **options: Any) -> Kind:
    return Kind(kind, {"value": draw}, lambda a, way: make(a["value"], way), **options)


def _decimal(a: Attributes, way: int) -> decimal.Decimal:
    sign, digits, exponent = a["sign"], a["digits"], a["exponent"]
    if way:
        return decimal.Decimal(f"{'-' if sign else ''}{digits}e{exponent}")
    return decimal.Decimal((sign, tuple(map(int, str(digits))), exponent))


_ZONES = (None, dt.UTC, dt.timezone(dt.timedelta(hours=1)), dt.timezone(dt.timedelta(hours=1), "X"))


def _zone(which: Any) -> Any:
    return zoneinfo.ZoneInfo(which) if isinstance(which, str) else _ZONES[which]


_zones = one_of(0, 1, 2, 3, "Europe/Paris", "Europe/Berlin", "America/New_York")


def _moment(a: Attributes, way: int) -> dt.datetime:
    moment = dt.datetime(2024, 10, a["day"], 2, a["minute"], 0, a["micro"], _zone(a["zone"]), fold=a["fold"])
    return again(moment, way)


def _time(a: Attributes, way: int) -> dt.time:
    return again(dt.time(2, a["minute"], 0, a["micro"], _zone(a["zone"]), fold=a["fold"]), way)


def _reversed_dict(items: dict[str, int], way: int) -> Any:
    """The set of a dict's keys, put in from the front or from the back."""
    names = list(items)
    return names[::-1] if way else names


_MOMENT: dict[str, Draw] = {
    "minute": whole(0, 59), "micro": whole(0, 3), "zone": _zones, "fold": one_of(0, 1),
}  # fmt: skip

STANDARD: list[Kind] = [
    leaf("none", one_of(None)),
    leaf("bool", one_of(True, False)),
    leaf("int", integer),
    leaf("float", real, lambda value, way: struct.unpack("<d", struct.pack("<d", value))[0] if way else value),
    Kind("complex", {"real": real, "imag": real}, lambda a, way: complex(a["real"], a["imag"])),
    leaf("str", text, lambda value, way: "".join(list(value)) if way else value),
    leaf("bytes", raw, lambda value, way: bytes(bytearray(value)) if way else value),
    leaf("bytearray", raw, lambda value, way: bytearray(value)),
    leaf("memoryview", raw, lambda value, way: memoryview(value), stored_alike=False),
    leaf("int subclass", integer, lambda value, way: Number(value), portable=False),
    leaf("str subclass", name, lambda value, way: Text(value), portable=False, stored_alike=False),
    leaf("date", whole(1, 4000), lambda value, way: again(dt.date.fromordinal(value), way)),
    Kind("time", _MOMENT, _time),
    Kind("datetime", {"day": whole(1, 28), **_MOMENT}, _moment),
    Kind("timedelta", {"days": whole(-3, 3), "seconds": whole(0, 99), "micro": whole(0, 3)},
         lambda a, way: again(dt.timedelta(a["days"], a["seconds"], a["micro"]), way)),
    leaf("zone", one_of(1, 2, 3, "Europe/Paris", "Europe/Berlin"), lambda value, way: again(_zone(value), way)),
    Kind("decimal", {"sign": one_of(0, 1), "digits": whole(0, 999), "exponent": whole(-9, 9)}, _decimal),
    leaf("fraction", whole(1, 10**6), lambda value, way: again(fractions.Fraction(value, 10**6 + 3), way)),
    leaf("uuid", whole(0, 2**128 - 1), lambda value, way: again(uuid.UUID(int=value), way)),
    leaf("pure path", name, lambda value, way: pathlib.PurePosixPath("a", value) if way else pathlib.PurePosixPath("a/" + value)),
    leaf("path", name, lambda value, way: pathlib.Path("a", value) if way else pathlib.Path("a/" + value)),
    leaf("windows path", name, lambda value, way: pathlib.PureWindowsPath(value)),
    Kind("pattern", {"text": name, "flags": one_of(0, re.I, re.S, re.I | re.S)},
         lambda a, way: again(re.compile(a["text"], a["flags"]), way), stored_alike=False),
    Kind("range", {"start": whole(0, 9), "stop": whole(10, 19), "step": whole(1, 3)},
         lambda a, way: range(a["start"], a["stop"], a["step"])),
    Kind("slice", {"start": one_of(None, 0, 1), "stop": whole(1, 9), "step": one_of(None, 1, -1)},
         lambda a, way: slice(a["start"], a["stop"], a["step"])),
    leaf("address 4", whole(0, 2**32 - 1), lambda value, way: again(ipaddress.IPv4Address(value), way), stored_alike=False),
    leaf("address 6", whole(0, 2**32 - 1), lambda value, way: again(ipaddress.IPv6Address(value), way), stored_alike=False),
    leaf("enum", one_of(*range(3)), lambda value, way: again(list(Colour)[value], way), portable=False),
    leaf("flags", whole(1, 7), lambda value, way: again(Access(value), way), portable=False),
    Kind("array.array", {"code": one_of("i", "q", "B", "d"), "items": lambda rng: [rng.randrange(200) for _ in range(3)]},
         lambda a, way: array.array(a["code"], a["items"]), stored_alike=False),
    leaf("builtin", one_of(len, max, sorted, str.join, dict.get), lambda value, way: value, stored_alike=False),
]  # fmt: skip


def _instance(cls: type) -> Callable[[list[Any], int], Any]:
    def make(items: list[Any], way: int) -> Any:
        value = cls(*items)
        if way and cls is Plain:
            _ = value.both
        return value

    return make


def _late(items: list[Any], way: int) -> Late:
    value = Late(items[0])
    value.y = items[1]
    return value


def _lister(kind: type) -> Callable[[list[Any], int], Any]:
    def make(items: list[Any], way: int) -> Any:
        if not way:
            return kind(items)
        built: list[Any] = []
        for item in items:
            built.append(item)  # noqa: PERF402 - that is the other way
        return kind(built)

    return make


# Containers by what makes them of their items; two items where they have fields.
SEQUENCES: dict[str, Callable[[list[Any], int], Any]] = {
    "list": _lister(list),
    "tuple": _lister(tuple),
    "deque": _lister(collections.deque),
    "short deque": lambda items, way: collections.deque(items, maxlen=9),
    "shorter deque": lambda items, way: collections.deque(items, maxlen=8),
}
FIELDS: dict[str, Callable[[list[Any], int], Any]] = {
    "pair": lambda items, way: Pair(*items),
    "other pair": lambda items, way: Other(*items),
    "dataclass": _instance(Point),
    "same dataclass": _instance(Same),
    "slim dataclass": _instance(Slim),
    "late dataclass": _late,
    "slotted": _instance(Slotted),
    "plain": _instance(Plain),
    "namespace": lambda items, way: types.SimpleNamespace(x=items[0], y=items[1]),
    "partial": lambda items, way: functools.partial(max, items[0], key=items[1]),
    "chain": lambda items, way: collections.ChainMap({"a": items[0]}, {"a": items[1]}),
}
MAPPINGS: dict[str, Callable[[dict[str, Any], int], Any]] = {
    "dict": lambda items, way: {key: items[key] for key in items} if way else dict(items),
    "ordered dict": lambda items, way: collections.OrderedDict(items),
    "default dict": lambda items, way: collections.defaultdict(list, items),
    "default dict of ints": lambda items, way: collections.defaultdict(int, items),
    "counter": lambda items, way: collections.Counter(items),
    "proxy": lambda items, way: types.MappingProxyType(dict(items)),
}
SETS: dict[str, Callable[[list[Any]], Any]] = {"set": set, "frozenset": frozenset}

# Their code is the project's, and Python's versions write it in different instructions.
OF_PROJECT = frozenset({"pair", "other pair", "dataclass", "same dataclass", "slim dataclass", "late dataclass", "slotted", "plain"})  # fmt: skip
