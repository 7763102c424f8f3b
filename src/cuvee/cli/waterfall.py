"""Waterfalls: how one number becomes another, step by step, as bars of text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_LEAST_WIDTH = 8


def waterfall(start: float, steps: Sequence[float], width: int) -> list[str]:
    """One bar for each step, each beginning where the last ended; `▸` and `◂` say which way. A line for
    each end is not part of it: they are at the first and the last bar's far sides."""
    width = max(width, _LEAST_WIDTH)
    levels = [start]
    for step in steps:
        levels.append(levels[-1] + step)
    low, high = min(levels), max(levels)
    scale = (width - 1) / (high - low) if high > low else 0.0
    return [_bar(round((one - low) * scale), round((other - low) * scale)) for one, other in pairwise(levels)]


def _bar(begin: int, end: int) -> str:
    if begin == end:
        return f"{' ' * begin}│"
    left, right = sorted((begin, end))
    length = right - left
    bar = f"{'█' * length}▸" if end > begin else f"◂{'█' * length}"
    return f"{' ' * left}{bar}"
