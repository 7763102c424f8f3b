"""Kinds of values of numpy, pandas, polars, Arrow, scipy, attrs and pydantic; see `value_kinds`."""

# ruff: noqa: E501 - tables

from __future__ import annotations

import decimal
import pickle
import random
from typing import Any

import attrs
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pydantic
import scipy.sparse
from value_kinds import Attributes, Draw, Kind, again, name, one_of, whole


@attrs.define
class Made:
    x: Any
    y: Any = 0


@attrs.frozen(cache_hash=True)
class Frozen:
    x: Any
    y: Any = 0


class Model(pydantic.BaseModel):
    x: int = 0
    y: str = ""
    z: list[int] = []
    w: float = 1.0


class Twin(pydantic.BaseModel):
    x: int = 0
    y: str = ""
    z: list[int] = []
    w: float = 1.0


_NUMBERS = (
    "i1",
    "u1",
    "i2",
    "<i4",
    ">i4",
    "i8",
    "u8",
    "f2",
    "f4",
    "f8",
    ">f8",
    "c16",
    "g",
    "m8[s]",
    "M8[us]",
    "M8[ns]",
)


def numbers(rng: random.Random) -> tuple[int, ...]:
    return tuple(rng.randrange(100) for _ in range(12))


def shape(rng: random.Random) -> tuple[int, ...]:
    return rng.choice(((3, 4), (4, 3), (2, 6), (6, 2), (2, 2, 3)))


def _array(a: Attributes, way: int) -> np.ndarray[Any, Any]:
    made = np.array(a["items"]).astype(a["dtype"]).reshape(a["shape"])
    made = made.copy(order=a["order"])
    if way:
        around = np.zeros((3, *made.shape), made.dtype)
        around[1] = made
        return around[1].copy(order=a["order"])
    return made


def _bytes_as(a: Attributes, way: int) -> Any:
    """The same bytes in the same places, called something else."""
    return np.frombuffer(bytes(a["items"] * 2), a["dtype"]).copy()


def _structured(a: Attributes, way: int) -> Any:
    dtype = np.dtype({"names": a["names"], "formats": ["i4", a["second"]], "offsets": [0, 8], "itemsize": 24})
    made = np.ndarray((3,), dtype, bytearray(b"\xff" * 72 if way else 72))
    made[a["names"][0]], made[a["names"][1]] = a["items"][:3], a["items"][3:6]
    return made


def _objects(a: Attributes, way: int) -> Any:
    made = np.empty(4, object)
    made[:] = ["".join(list(word)) if way and isinstance(word, str) else word for word in a["items"]]
    return made


def _masked(a: Attributes, way: int) -> Any:
    made = np.ma.array(a["items"], mask=[place == a["hidden"] for place in range(12)], hard_mask=a["hard"])
    if a["fill"] is not None:
        made.fill_value = a["fill"]
    if way:
        _ = made.fill_value
    return made


def _scalar(a: Attributes, way: int) -> Any:
    return (
        np.array([0, a["value"], 0]).astype(a["dtype"])[1]
        if way
        else np.array(a["value"]).astype(a["dtype"])[()]
    )


_COLUMN_TYPES = (
    "int64",
    "int32",
    "float64",
    "object",
    "category",
    "string",
    "Int64",
    "datetime64[ns]",
    "datetime64[s]",
    "datetime64[ns, UTC]",
    "timedelta64[ns]",
)
_INDEXES = (
    "range",
    "shifted",
    "labels",
    "named",
    "days",
    "days in UTC",
    "days of no frequency",
    "months",
    "pairs",
    "spans",
)


def _index(which: str) -> pd.Index:
    days = pd.date_range("2024-01-01", periods=4)
    return {
        "range": lambda: pd.RangeIndex(4),
        "shifted": lambda: pd.RangeIndex(1, 5),
        "labels": lambda: pd.Index(list("abcd")),
        "named": lambda: pd.Index(list("abcd"), name="n"),
        "days": lambda: days,
        "days in UTC": lambda: days.tz_localize("UTC"),
        "days of no frequency": lambda: pd.DatetimeIndex(days, freq=None),
        "months": lambda: pd.period_range("2024-01", periods=4, freq="M"),
        "pairs": lambda: pd.MultiIndex.from_product([["a", "b"], [1, 2]]),
        "spans": lambda: pd.interval_range(0, 4),
    }[which]()


def _frame(a: Attributes, way: int) -> pd.DataFrame:
    column = pd.Series(a["items"]).astype("datetime64[ns]" if "UTC" in a["dtype"] else a["dtype"])
    if "UTC" in a["dtype"]:
        column = column.dt.tz_localize("UTC")
    made = pd.DataFrame({a["name"]: column, "z": [1.0, 2.0, 3.0, 4.0], "t": list("wxyz")})
    made.index = _index(a["index"])
    made.columns.name = a.get("axis")
    made.attrs = dict(a["attrs"])
    made.flags.allows_duplicate_labels = a["duplicates"]
    if way:
        _ = made["z"], made.index.is_unique, made.columns.is_unique
        made = pickle.loads(pickle.dumps(made))
    return made


_FRAME: dict[str, Draw] = {
    "items": lambda rng: tuple(rng.randrange(50) for _ in range(4)), "dtype": one_of(*_COLUMN_TYPES), "name": name,
    "index": one_of(*_INDEXES), "axis": one_of(None, "k"), "attrs": one_of((), (("a", 1),), (("a", 2),)),
    "duplicates": one_of(True, False),
}  # fmt: skip


def _categorical(a: Attributes, way: int) -> Any:
    return again(pd.Categorical(a["values"], a["categories"], ordered=a["ordered"]), way)


_ARROW = {
    "int64": pa.int64(),
    "int8": pa.int8(),
    "float64": pa.float64(),
    "string": pa.string(),
    "large string": pa.large_string(),
    "binary": pa.binary(),
    "list": pa.list_(pa.int32()),
    "large list": pa.large_list(pa.int32()),
    "struct": pa.struct([("a", pa.int32()), ("b", pa.string())]),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "moment in UTC": pa.timestamp("us", "UTC"),
    "decimal": pa.decimal128(9, 2),
    "string view": pa.string_view(),
    "three": pa.list_(pa.int32(), 2),
}


def _arrow_items(a: Attributes) -> list[Any]:
    kind, items = a["type"], []
    for item in a["items"]:
        whole_list = {
            "list": [item] * (1 + item % 3),
            "large list": [item] * (1 + item % 3),
            "three": [item, item],
            "struct": {"a": item, "b": str(item)},
            "bool": bool(item),
            "binary": str(item).encode(),
            "decimal": decimal.Decimal(item),
        }
        text = kind in ("string", "large string", "dictionary", "string view")
        items.append(str(item) if text else whole_list.get(kind, item))
    if a["missing"] is not None:
        items[a["missing"]] = None
    return items


def _arrow(a: Attributes, way: int) -> Any:
    items = _arrow_items(a)
    if not way:
        return pa.array(items, _ARROW[a["type"]])
    longer = pa.array([items[1], *items, items[0]], _ARROW[a["type"]])
    return longer.slice(1, len(items)) if a["type"] != "dictionary" else pa.array(items, _ARROW["dictionary"])


def _table(a: Attributes, way: int) -> Any:
    columns = [_arrow(a, way), pa.array(range(5))]
    return pa.table(columns, [a["name"], "z"], metadata=dict(a["metadata"]))


def _chunked(a: Attributes, way: int) -> Any:
    whole_array = _arrow(a, way)
    return pa.chunked_array([whole_array.slice(0, a["cut"]), whole_array.slice(a["cut"])])


_COLUMN: dict[str, Draw] = {
    "items": lambda rng: tuple(rng.randrange(100) for _ in range(5)), "type": one_of(*(each for each in _ARROW if each != "bool")), "missing": one_of(None, 0, 3),
}  # fmt: skip
_POLARS = {
    "int": pl.Int64,
    "small": pl.Int8,
    "float": pl.Float64,
    "text": pl.String,
    "moment": pl.Datetime("us"),
    "moment in UTC": pl.Datetime("us", "UTC"),
    "ms": pl.Datetime("ms"),
    "category": pl.Categorical,
    "list": pl.List(pl.Int64),
    "enum": pl.Enum([str(n) for n in range(100)]),
}


def _series(a: Attributes, way: int) -> Any:
    kind = a["type"]
    items: list[Any] = [
        str(n) if kind in ("text", "category", "enum") else [n] if kind == "list" else n for n in a["items"]
    ]
    if a["missing"] is not None:
        items[a["missing"]] = None
    if kind == "category" or not way:
        return pl.Series(a["name"], items, dtype=_POLARS[kind])
    return pl.Series(a["name"], [items[2], *items, items[1]], dtype=_POLARS[kind]).slice(1, len(items))


_SERIES: dict[str, Draw] = {**_COLUMN, "type": one_of(*_POLARS), "name": name}


_SPARSE = {
    "csr_array": scipy.sparse.csr_array, "csc_array": scipy.sparse.csc_array, "coo_array": scipy.sparse.coo_array,
    "csr_matrix": scipy.sparse.csr_matrix, "csc_matrix": scipy.sparse.csc_matrix, "coo_matrix": scipy.sparse.coo_matrix,
}  # fmt: skip


def _sparse(a: Attributes, way: int) -> Any:
    dense = np.array(a["items"], a["dtype"]).reshape(3, 4) * (np.arange(12).reshape(3, 4) % 3 == 0)
    made = _SPARSE[a["class"]](dense)
    if way and "coo" not in a["class"]:
        _ = made.has_sorted_indices, made.has_canonical_format
    return made


_XY: dict[str, Draw] = {"x": whole(0, 99), "y": name}

LIBRARIES: list[Kind] = [
    Kind("array", {"items": numbers, "dtype": one_of(*_NUMBERS), "shape": shape, "order": one_of("C", "F")}, _array),
    Kind("row", {"items": numbers, "dtype": one_of(*_NUMBERS), "shape": one_of((12,), (1, 12), (12, 1), (1, 12, 1)), "order": one_of("C")}, _array),
    Kind("bytes as", {"items": numbers, "dtype": one_of("u1", "i1", "<i2", ">i2", "f4", "<i4", "S4", "V4", "<U1")}, _bytes_as),
    Kind("structured", {"items": numbers, "names": one_of(("a", "b"), ("a", "c"), ("b", "a")), "second": one_of("f8", "i8", "S8")}, _structured),
    Kind("objects", {"items": lambda rng: tuple(rng.choice((1, "1", 1.0, None, name(rng))) for _ in range(4))}, _objects, stored_alike=False),
    Kind("words", {"items": lambda rng: tuple(name(rng) for _ in range(4))}, _objects, stored_alike=False),
    Kind("masked", {"items": numbers, "hidden": whole(0, 11), "fill": one_of(None, 1, 2), "hard": one_of(True, False)}, _masked, stored_alike=False),
    Kind("matrix", {"items": numbers, "shape": one_of((3, 4), (4, 3))}, lambda a, way: np.array(a["items"]).reshape(a["shape"]).view(np.matrix), stored_alike=False),
    Kind("scalar", {"value": whole(0, 99), "dtype": one_of(*(each for each in _NUMBERS if ">" not in each))}, _scalar),
    Kind("dtype", {"value": one_of(*_NUMBERS)}, lambda a, way: np.dtype(a["value"]), stored_alike=False),
    Kind("frame", _FRAME, _frame, portable=False, stored_alike=False),
    Kind("series of pandas", {key: draw for key, draw in _FRAME.items() if key != "axis"}, lambda a, way: _frame(a, way)[a["name"]], portable=False, stored_alike=False),
    Kind("index", {"value": one_of(*_INDEXES)}, lambda a, way: again(_index(a["value"]), way), portable=False, stored_alike=False),
    Kind("categorical", {"values": lambda rng: [rng.choice("abc") for _ in range(3)], "categories": one_of(list("abc"), list("cba"), list("abcd")),
        "ordered": one_of(True, False)}, _categorical, portable=False, stored_alike=False),
    Kind("timestamp", {"value": whole(0, 9), "zone": one_of(None, "UTC", "Europe/Paris"), "unit": one_of("s", "ns")},
        lambda a, way: again(pd.Timestamp(a["value"], unit="s", tz=a["zone"]).as_unit(a["unit"]), way), portable=False, stored_alike=False),
    Kind("arrow flags", {"items": lambda rng: tuple(rng.randrange(2) for _ in range(5)), "type": one_of("bool"), "missing": one_of(None)}, _arrow, stored_alike=False),
    Kind("arrow array", _COLUMN, _arrow, stored_alike=False),
    Kind("arrow chunks", {**_COLUMN, "cut": whole(1, 3)}, _chunked, stored_alike=False),
    Kind("arrow table", {**_COLUMN, "name": name, "metadata": one_of((), (("a", "1"),), (("a", "2"),))}, _table, stored_alike=False),
    Kind("arrow type", {"value": one_of(*_ARROW)}, lambda a, way: _ARROW[a["value"]], stored_alike=False),
    Kind("series of polars", _SERIES, _series, portable=False, stored_alike=False),
    Kind("frame of polars", _SERIES, lambda a, way: pl.DataFrame([_series(a, way), pl.Series("zz", range(5))]), portable=False, stored_alike=False),
    Kind("sparse", {"items": numbers, "dtype": one_of("i8", "f8"), "class": one_of(*_SPARSE)},
        _sparse, portable=False, stored_alike=False),
    Kind("attrs", _XY, lambda a, way: Made(a["x"], a["y"]), portable=False, stored_alike=False),
    Kind("frozen attrs", _XY, lambda a, way: Frozen(a["x"], a["y"]), portable=False, stored_alike=False),
    Kind("pydantic", {**_XY, "class": one_of(0, 1), "given": one_of("xy", "xyz", "xyzw", "xyw")},
        lambda a, way: again((Model, Twin)[a["class"]](**{key: {"x": a["x"], "y": a["y"], "z": [], "w": 1.0}[key] for key in a["given"]}), way),
        portable=False, stored_alike=False),
]  # fmt: skip
