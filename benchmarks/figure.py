"""A figure: what was measured, beside its budget."""

from __future__ import annotations

from typing import NamedTuple

# How many of a unit are in the second, or in 1 for a ratio.
_UNITS = {"µs": 1e6, "ms": 1e3, "s": 1.0, "GB": 1.0, "×": 1.0}


class Figure(NamedTuple):
    """`value` and `budget` are in seconds, or plain where the unit is × or GB; `beside` is told with it."""

    work: str
    value: float
    unit: str
    budget: float | None = None
    beside: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing where there is no budget."""
        if self.budget is None:
            return ""
        return "ok" if self.value <= self.budget else "over"


def amount(value: float, unit: str) -> str:
    """A value as a person reads it: three digits that count."""
    number = value * _UNITS[unit]
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    return f"{number:.{digits}f} {unit}"


def table(figures: list[Figure]) -> str:
    """The figures, one a line."""
    rows = [("work", "measured", "budget", "", "beside it")]
    for figure in figures:
        budget = "" if figure.budget is None else f"≤ {amount(figure.budget, figure.unit)}"
        rows.append((figure.work, amount(figure.value, figure.unit), budget, figure.verdict, figure.beside))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for row in rows:
        work, measured, budget, verdict, beside = (
            cell.rjust(width) if 0 < column < 3 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(f"{work}  {measured}  {budget}  {verdict}  {beside}".rstrip())
    return "\n".join(lines)
