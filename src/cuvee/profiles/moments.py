"""Moments and spans of time as numpy has them, as text and as seconds."""

from __future__ import annotations

from typing import Any

import numpy as np

_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "D": 86400 * 10**9,
    "W": 7 * 86400 * 10**9,
}


def moment_text(ticks: int, dtype: np.dtype[Any], zone: bool) -> str:
    """ISO 8601, as short as it can be without a loss; in UTC where the times have a zone."""
    moment = np.array(ticks, np.int64).view(dtype)
    if zone:
        return str(np.datetime_as_string(moment, unit="auto", timezone="UTC"))
    return str(np.datetime_as_string(moment, unit="auto"))


def span_text(ticks: int, dtype: np.dtype[Any]) -> str:
    """`2 days 03:00:00.5`, `00:01:00`, to the last digit."""
    unit, count = np.datetime_data(dtype)
    if unit not in _NANOSECONDS:
        return f"{ticks * count} {unit}"
    whole = ticks * count * _NANOSECONDS[unit]
    seconds, rest = divmod(abs(whole), 10**9)
    days, seconds = divmod(seconds, 86400)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return f"{'-' if whole < 0 else ''}{f'{days} days ' if days else ''}{clock}{fraction}"


def seconds_per_tick(dtype: np.dtype[Any]) -> float:
    """How long one step of a time or a span is; months and years as 1, since they have no length."""
    unit, count = np.datetime_data(dtype)
    return _NANOSECONDS.get(unit, 10**9) * count / 10**9
