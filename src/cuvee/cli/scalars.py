"""One value from one text: numbers, switches, dates, paths. Each class with what help calls it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from pathlib import Path, PosixPath, PurePath
from typing import Any

from cuvee.contracts.tower import stands_for

YES = ("true", "yes", "on", "1")
NO = ("false", "no", "off", "0")

_DURATION = re.compile(r"(?:\d+(?:\.\d*)?(?:ms|us|[wdhms])\s*)+")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_SMALL_UNITS = {"ms": "milliseconds", "us": "microseconds"}
_CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?")


@dataclass(frozen=True, slots=True)
class Scalar:
    """How a class is written. `read` raises ValueError for text that is not `noun`."""

    metavar: str
    noun: str
    read: Callable[[str], Any]


def _switch(text: str) -> bool:
    word = text.strip().lower()
    if word not in YES + NO:
        raise ValueError(text)
    return word in YES


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def _duration(text: str) -> dt.timedelta:
    """`90s`, `1h30m`, `2d`, `1:30:00`."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        return dt.timedelta(hours=int(clock[1]), minutes=int(clock[2]), seconds=float(clock[3] or 0))
    if not _DURATION.fullmatch(text):
        raise ValueError(text)
    units = _UNITS | _SMALL_UNITS
    parts = re.findall(r"(\d+(?:\.\d*)?)(ms|us|[wdhms])", text)
    return sum((dt.timedelta(**{units[unit]: float(count)}) for count, unit in parts), dt.timedelta())


def duration_text(duration: dt.timedelta) -> str:
    """A duration as it is typed: `1d2h1.5s`. Raises ValueError for one below zero, which has no such form."""
    if duration < dt.timedelta():
        raise ValueError(duration)
    minutes, seconds = divmod(duration.seconds, 60)
    parts = [(duration.days, "d"), (minutes // 60, "h"), (minutes % 60, "m")]
    exact = f"{seconds}.{duration.microseconds:06}".rstrip("0").rstrip(".")
    text = "".join(f"{count}{unit}" for count, unit in parts if count)
    return text if text and exact == "0" else f"{text}{exact}s"


SCALARS: dict[Any, Scalar] = {
    str: Scalar("TEXT", "text", str),
    int: Scalar("INTEGER", "an integer", int),
    float: Scalar("NUMBER", "a number", float),
    complex: Scalar("COMPLEX", "a complex number, such as 1+2j", complex),
    bool: Scalar("true|false", "true or false", _switch),
    bytes: Scalar("TEXT", "text", str.encode),
    Decimal: Scalar("DECIMAL", "a decimal number", _decimal),
    Fraction: Scalar("FRACTION", "a fraction, such as 1/3", Fraction),
    Path: Scalar("PATH", "a path", Path),
    PosixPath: Scalar("PATH", "a path", PosixPath),
    PurePath: Scalar("PATH", "a path", PurePath),
    uuid.UUID: Scalar("UUID", "a UUID", uuid.UUID),
    dt.date: Scalar("DATE", "a date, such as 2024-12-31", dt.date.fromisoformat),
    dt.datetime: Scalar("DATETIME", "a date and time, such as 2024-12-31T18:30", dt.datetime.fromisoformat),
    dt.time: Scalar("TIME", "a time, such as 18:30", dt.time.fromisoformat),
    dt.timedelta: Scalar("DURATION", "a duration, such as 90s, 1h30m or 2d", _duration),
}
"""The classes that are written as one word. (Paths stay as they are typed: they are plain values.)"""


def scalar_of(annotation: Any) -> Scalar | None:
    """How values of a class are written as one word; None if they are not.

    A subclass of such a class (`class Name(str)`, `numpy.float64`), and numpy's numbers, are
    made from the same text.
    """
    known = SCALARS.get(annotation)
    if known is not None or not isinstance(annotation, type) or issubclass(annotation, Enum):
        return known
    for base in (str, int, float, Path):
        if issubclass(annotation, base) or stands_for(annotation, base):
            return Scalar(SCALARS[base].metavar, SCALARS[base].noun, annotation)
    return None
