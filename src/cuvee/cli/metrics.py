"""Metrics as a person reads them; those of a map's many calls as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cuvee.cli.quantities import number_text

_OF_ELEMENT = re.compile(r"(?P<base>.*)\[(?P<index>\d+)\]\.(?P<name>[^\[\]]*)")
_TOGETHER = 4


def grouped_metrics(metrics: Sequence[tuple[str, float]]) -> list[tuple[str, str]]:
    """Names and texts in order: `rmse` 0.63; `score[0…99].rmse` as `0.61 … 0.7, mean 0.64`."""
    buckets: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for name, value in metrics:
        match = _OF_ELEMENT.fullmatch(name)
        key, index = ((match["base"], match["name"]), int(match["index"])) if match else (("", name), 0)
        buckets.setdefault(key, []).append((index, value))
    shown: list[tuple[str, str]] = []
    for (base, name), values in buckets.items():
        if not base:
            shown.append((name, number_text(values[0][1])))
        elif len(values) < _TOGETHER:
            shown += [(f"{base}[{index}].{name}", number_text(value)) for index, value in values]
        else:
            shown.append(_together(base, name, values))
    return shown


def _together(base: str, name: str, values: Sequence[tuple[int, float]]) -> tuple[str, str]:
    indices, numbers = [index for index, _ in values], [value for _, value in values]
    summed_up = (min(numbers), max(numbers), sum(numbers) / len(numbers))
    low, high, mean = map(number_text, summed_up)
    return f"{base}[{min(indices)}…{max(indices)}].{name}", f"{low} … {high}, mean {mean}"
