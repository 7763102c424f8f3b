"""Seconds, bytes, numbers and times as a person reads them."""

from __future__ import annotations

import math
from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def seconds_text(seconds: float) -> str:
    """`<0.1 ms`, `0.4 ms`, `23 ms`, `1.2 s`, `2 min 05 s`, `3 h 20 min`, `2 d 4 h`."""
    if seconds < 0.0001:
        return "<0.1 ms"
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s" if seconds >= 0.995 else f"{seconds:.2f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def clock_text(seconds: float) -> str:
    """Seconds that go by before one's eyes: as `seconds_text`, in tenths below a minute."""
    return f"{seconds:.1f} s" if seconds < _MINUTE else seconds_text(seconds)


def bytes_text(count: int) -> str:
    """`264 B`, `12.4 kB`, `264 kB`, `1.2 MB`, in steps of 1,000."""
    if count < 1000:
        return f"{count} B"
    size = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        size /= 1000
        if size < 999.5 or unit == "PB":
            break
    return f"{size:.1f} {unit}" if size < 99.95 else f"{size:.0f} {unit}"


def number_text(value: float) -> str:
    """Up to six digits that matter; whole numbers below a million million without a point."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e12:
        return str(int(value))
    return format(value, ".6g")


def count_text(count: int, noun: str) -> str:
    """`1 call`, `5 calls`, `2 classes`, `2 branches`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun.endswith(('s', 'ch')) else 's'}"


def ago_text(then: float, now: float) -> str:
    """`just now`, `3 min ago`, `2 h ago`, `yesterday`, `5 days ago`; beyond a month the date."""
    past = now - then
    if past < -_MINUTE:
        return date_text(then)
    if past < 10:
        return "just now"
    if past < _MINUTE:
        return f"{past:.0f} s ago"
    if past < _HOUR:
        return f"{past // _MINUTE:.0f} min ago"
    if past < _DAY:
        return f"{past // _HOUR:.0f} h ago"
    days = int(past // _DAY)
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days <= 30 else date_text(then)[:10]


def date_text(seconds: float) -> str:
    """Seconds since 1970 as the local date and time: `2026-11-23 06:10:04`."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")
