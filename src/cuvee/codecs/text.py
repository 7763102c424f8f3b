"""A value as one short line that is safe to show: bounded, never a foreign `repr`, never a secret."""

from __future__ import annotations

import datetime as dt
import enum
import numbers
from decimal import Decimal
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_TEXT = 80
_MAX_DEPTH = 3
_MAX_INT_BITS = 200
_SHORT_INT = 10**12
_SETS = (set, frozenset)

# Whose classes are taken from the library itself, wherever they are defined.
_FROM_THE_TOP = frozenset({"pandas", "numpy", "polars"})

# Short in themselves; their subclasses only where a library makes them.
_STR_CLASSES = (dt.date, dt.time, dt.timedelta, dt.tzinfo, Decimal, numbers.Rational, UUID)
_STR_MODULES = frozenset({"datetime", "zoneinfo", "decimal", "fractions", "uuid", "pandas"})


def text_of(value: Any) -> str:
    """The value in at most 80 characters: `8`, `'white'`, `DataFrame 4898 × 12`, `wine.csv` of a File."""
    if type(value) is int and -_SHORT_INT < value < _SHORT_INT:
        return repr(value)  # as many arguments are: none of the rest can matter
    try:
        return _cut(_text(value, 0))
    except Exception:  # noqa: BLE001 - a property or a library may raise anything, and a text is only to show
        return _cut(type(value).__name__)


def class_name(cls: type) -> str:
    """The class as people know it: `int`, `pandas.DataFrame`, `sklearn.ensemble.RandomForestRegressor`."""
    module = ".".join(part for part in cls.__module__.split(".") if not part.startswith("_"))
    if module in ("", "builtins"):
        return cls.__qualname__
    top = module.partition(".")[0]
    if top == "cuvee":
        return cls.__qualname__
    return f"{top if top in _FROM_THE_TOP else module}.{cls.__qualname__}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _text(value: Any, depth: int) -> str:
    kind = type(value)
    write = _WRITERS.get(kind)
    if write is not None:
        return write(value)
    brackets = _BRACKETS.get(kind)
    if brackets is not None:
        return _enclosed(value, brackets, depth) if value or kind not in _SETS else f"{kind.__name__}()"
    if isinstance(value, enum.Enum):
        return f"{kind.__name__}.{value.name}" if value.name else f"{kind.__name__}({value.value!r})"
    if isinstance(value, PurePath):
        return f"Path({_text(str(value), depth)})"
    if kind.__module__.partition(".")[0] in _STR_MODULES and isinstance(value, _STR_CLASSES):
        return str(value)
    return _shaped(value, depth) or _fields(value, depth) or _named(value)


def _int(value: int) -> str:
    return repr(value) if value.bit_length() <= _MAX_INT_BITS else f"int of {value.bit_length()} bits"


def _string(value: str | bytes | bytearray) -> str:
    """The start of it; `repr` of the whole could be as long as memory."""
    return repr(value) if len(value) <= MAX_TEXT else repr(value[:MAX_TEXT])


def _enclosed(value: Any, brackets: tuple[str, str], depth: int) -> str:
    """As many items as there is room for, then how many are left out."""
    if depth == _MAX_DEPTH:
        return f"{brackets[0]}…{brackets[1]}"
    start, end = brackets
    shown: list[str] = []
    room = MAX_TEXT - 20
    pairs: Iterable[Any] = value.items() if type(value) is dict else value
    for item in pairs:
        text = (
            f"{_text(item[0], depth + 1)}: {_text(item[1], depth + 1)}"
            if type(value) is dict
            else _text(item, depth + 1)
        )
        room -= len(text) + 2
        if room < 0 and (shown or len(value) > 1):
            shown.append(f"… {len(value) - len(shown)} more" if shown else f"… {len(value)} items")
            break
        shown.append(text)
    only = "," if type(value) is tuple and len(value) == 1 else ""
    return f"{start}{', '.join(shown)}{only}{end}"


def _shaped(value: Any, depth: int) -> str:
    """What frames, arrays and their scalars say of themselves, whichever library they are of."""
    kind = type(value)
    if kind.__module__.partition(".")[0] not in ("numpy", "pandas", "polars", "pyarrow", "scipy", "torch"):
        return ""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if not isinstance(shape, tuple):
        return ""
    if shape == () and kind.__module__ == "numpy" and dtype is not None:
        item = value.item()  # a long double is its own
        return str(value) if dtype.kind in "mM" or type(item) is kind else _text(item, depth)
    extent = " × ".join(map(str, shape))
    return f"{kind.__name__} {extent}" if dtype is None else f"{kind.__name__} {dtype} {extent}"


def _fields(value: Any, depth: int) -> str:
    kind = type(value)
    if hasattr(kind, "__dataclass_fields__"):
        from dataclasses import fields  # it is there where somebody has one

        names = [field.name for field in fields(kind) if field.repr]
    elif isinstance(value, tuple) and hasattr(kind, "_fields"):
        names = list(kind._fields)
    else:
        return ""
    if depth == _MAX_DEPTH:
        return f"{kind.__name__}(…)"
    missing = object()
    state = [(name, getattr(value, name, missing)) for name in names]
    return f"{kind.__name__}({', '.join(f'{n}={_text(v, depth + 1)}' for n, v in state if v is not missing)})"


def _named(value: Any) -> str:
    return class_name(value) if isinstance(value, type) else type(value).__name__


def _function(value: Any) -> str:
    return f"{value.__qualname__}()"


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): repr,
    bool: repr,
    int: _int,
    float: repr,
    complex: repr,
    str: _string,
    bytes: _string,
    bytearray: _string,
    range: repr,
    type(...): lambda _: "...",
    File: lambda file: _cut(file.path),
    Directory: lambda folder: _cut(folder.path),
    Secret: str,
    FunctionType: _function,
    BuiltinFunctionType: _function,
}
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    dict: ("{", "}"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}
