"""Durations as people write them: `90s`, `10m`, `1h30m`, `1.5h`, or a number of seconds."""

from __future__ import annotations

import datetime as dt
import math
import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PIECE = r"\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)"
_WHOLE = re.compile(rf"(?:{_PIECE}\s*)+")
_PIECES = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")


def parse_duration(given: object) -> float:
    """Seconds. Raises ValueError for what is no duration, or below zero."""
    if isinstance(given, dt.timedelta):
        seconds = given.total_seconds()
    elif isinstance(given, int | float) and not isinstance(given, bool):
        seconds = float(given)
    elif isinstance(given, str) and _WHOLE.fullmatch(given.strip()):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in _PIECES.findall(given))
    else:
        raise ValueError(f"{given!r} is no duration")
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"{given!r} is no duration")
    return seconds
