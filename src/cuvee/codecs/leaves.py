"""The plain values without elements: each a tag and the bytes that tell it from every other.

`SCALARS` go by their payload alone; `STRUCTURED` are taken apart into simpler plain values.
Types are exact: a subclass of `int` is not an `int`.
"""

from __future__ import annotations

import datetime as dt
import enum
import pathlib
import struct
import sys
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from fractions import Fraction
    from zoneinfo import ZoneInfo

# The tags of what is neither: an Enum's member, and a container that was met before.
ENUM, SHARED = b"E", b"&"

_DOUBLE = struct.Struct("<d")
_TWO_DOUBLES = struct.Struct("<dd")


def _int_bytes(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)


def _int_from(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


def _text_bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _text_from(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _nothing(value: Any) -> bytes:  # noqa: ARG001 - the tag says it all
    return b""


Dump = Callable[[Any], bytes]
Load = Callable[[bytes], Any]

SCALARS: dict[type, tuple[bytes, Dump, Load]] = {
    type(None): (b"N", _nothing, lambda _: None),
    bool: (b"?", lambda value: b"\x01" if value else b"\x00", lambda data: data == b"\x01"),
    int: (b"i", _int_bytes, _int_from),
    float: (b"f", _DOUBLE.pack, lambda data: _DOUBLE.unpack(data)[0]),
    complex: (
        b"c",
        lambda value: _TWO_DOUBLES.pack(value.real, value.imag),
        lambda data: complex(*_TWO_DOUBLES.unpack(data)),
    ),
    str: (b"s", _text_bytes, _text_from),
    bytes: (b"b", bytes, bytes),
    type(...): (b".", _nothing, lambda _: ...),
}


def _zone_parts(zone: ZoneInfo) -> tuple[str]:
    """A zone goes by its key; one that the key does not lead back to (no_cache, from_file) is not plain."""
    if zone.key is None or type(zone)(zone.key) is not zone:
        raise CannotEncode(f"the time zone {zone!r} is not the one of that name: use ZoneInfo({zone.key!r})")
    return (zone.key,)


def _zone(key: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(key)


def _fraction_parts(value: Fraction) -> tuple[int, int]:
    return value.numerator, value.denominator


def _fraction(numerator: int, denominator: int) -> Fraction:
    from fractions import Fraction

    return Fraction(numerator, denominator)


def _uuid_parts(value: uuid.UUID) -> tuple[bytes, int | None]:
    return value.bytes, value.is_safe.value


def _uuid(data: bytes, is_safe: int | None) -> uuid.UUID:
    return uuid.UUID(bytes=data, is_safe=uuid.SafeUUID(is_safe))


def _time_parts(value: dt.time) -> tuple[Any, ...]:
    return value.hour, value.minute, value.second, value.microsecond, value.tzinfo, value.fold


def _time(hour: int, minute: int, second: int, microsecond: int, zone: Any, fold: int) -> dt.time:
    return dt.time(hour, minute, second, microsecond, zone, fold=fold)


def _datetime_parts(value: dt.datetime) -> tuple[Any, ...]:
    return value.year, value.month, value.day, *_time_parts(value.timetz())


def _datetime(*parts: Any) -> dt.datetime:
    return dt.datetime(*parts[:8], fold=parts[8])


def _fixed_zone_parts(zone: dt.timezone) -> tuple[Any, ...]:
    # How it pickles; the only way to tell a zone that was given a name.
    return zone.__getinitargs__()  # type: ignore[attr-defined,no-any-return]


def _text(value: Any) -> tuple[str]:
    return (str(value),)


TakeApart = Callable[[Any], tuple[Any, ...]]
PutTogether = Callable[..., Any]

STRUCTURED: dict[type, tuple[bytes, TakeApart, PutTogether]] = {
    dt.date: (b"D", lambda value: (value.year, value.month, value.day), dt.date),
    dt.time: (b"T", _time_parts, _time),
    dt.datetime: (b"M", _datetime_parts, _datetime),
    dt.timedelta: (b"d", lambda value: (value.days, value.seconds, value.microseconds), dt.timedelta),
    dt.timezone: (b"Z", _fixed_zone_parts, dt.timezone),
    Decimal: (b"m", _text, Decimal),
    uuid.UUID: (b"u", _uuid_parts, _uuid),
    range: (b"r", lambda value: (value.start, value.stop, value.step), range),
    slice: (b":", lambda value: (value.start, value.stop, value.step), slice),
    pathlib.PurePosixPath: (b"p", _text, pathlib.PurePosixPath),
    pathlib.PureWindowsPath: (b"w", _text, pathlib.PureWindowsPath),
    pathlib.PosixPath: (b"P", _text, pathlib.PosixPath),
}


# Their modules take 1 to 4 ms to import, so they go by name until a value of theirs is met.
LATE: dict[tuple[str, str], tuple[bytes, TakeApart, PutTogether]] = {
    ("zoneinfo", "ZoneInfo"): (b"z", _zone_parts, _zone),
    ("fractions", "Fraction"): (b"q", _fraction_parts, _fraction),
}


def structured_form(kind: type) -> tuple[bytes, TakeApart, PutTogether] | None:
    """How values of exactly this class are taken apart and put together; None for other classes."""
    form = STRUCTURED.get(kind)
    if form is None:
        late = LATE.get((kind.__module__, kind.__qualname__))
        if late is not None and getattr(sys.modules.get(kind.__module__), kind.__qualname__, None) is kind:
            return late
    return form


def member_of(cls: Any, content: Any) -> Any:
    """The member of an Enum by its name, of a Flag by its number; None if there is none."""
    try:
        return cls(content) if issubclass(cls, enum.Flag) else cls[content]
    except (KeyError, ValueError):
        return None
