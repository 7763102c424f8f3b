"""The columns of a profile, a line for each: what is missing, the range, the mean, how values are spread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cuvee.cli.quantities import number_text
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, shortened, table_lines, width_of
from cuvee.model.profile import ColumnProfile, Profile, Scalar

_BARS = " ▁▂▃▄▅▆▇█"
_COLUMNS_SHOWN = 60
_TITLES = ("column", "dtype", "nulls", "min … max", "mean", "distinct", "values")
_GAP, _INDENT = 2, 2
_LEAST_VALUES, _MOST_VALUES = 10, 26
_LEAST_NAME, _ENOUGH_NAME, _MOST_NAME = 8, 14, 24
# Left out where there is no room, in this order.
_DISPENSABLE = ("distinct", "mean", "dtype")
_MOST_DTYPE, _MOST_END = 14, 12
_DATE, _MINUTE = len("2026-01-01"), len("2026-01-01T00:00")


def column_lines(profile: Profile, page: Page, more: str) -> list[str]:
    """The table; `more` is the command that tells of columns that are left out."""
    if not profile.columns:
        return []
    shown = profile.columns[:_COLUMNS_SHOWN]
    rows = _fitted([_TITLES, *(_texts(column, profile.rows) for column in shown)], page.width)
    cells: list[Row] = [[Cell(text, "dim") for text in rows[0]]]
    cells += [_cells(texts, column) for texts, column in zip(rows[1:], shown, strict=True)]
    lines = table_lines(
        cells, width=page.width, paint=page.paint, right=(rows[0].index("nulls", 1),), most_lines=1
    )
    left = profile.width - len(shown)
    if left > 0:
        lines.append(f"  … and {left:,} more column{'' if left == 1 else 's'}: {more} --json")
    seen = max((column.seen for column in shown if column.estimated), default=0)
    note = f"  ~ and values: estimated from a sample of {seen:,} rows; the rest is exact"
    return [*lines, page.paint(note, "dim")] if seen else lines


def sparkline(counts: Sequence[int]) -> str:
    """Counts as bars, two bins in each; what is not empty is never shown as nothing."""
    pairs = [sum(counts[at : at + 2]) for at in range(0, len(counts), 2)]
    most, last = max(pairs), len(_BARS) - 1
    return "".join(_BARS[max(round(count / most * last), 1) if count else 0] for count in pairs)


def _texts(column: ColumnProfile, rows: int) -> tuple[str, ...]:
    return (
        column.name or "(all)",
        _dtype(column.dtype),
        _nulls(column, rows),
        _range(column),
        _mean(column),
        _distinct(column),
        _values(column),
    )


def _cells(texts: Sequence[str], column: ColumnProfile) -> Row:
    name, *others, values = texts
    return [Cell(name, "bold"), *map(Cell, others), Cell(values, "warn" if column.problem else "")]


def _fitted(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """The rows, no wider: without what tells least, names cut in the middle, values at their end."""
    kept = [list(row) for row in rows]
    names = max(width_of(row[0]) for row in kept)
    for title in _DISPENSABLE:
        if _room(kept, width) >= min(names, _ENOUGH_NAME):
            break
        at = kept[0].index(title)
        kept = [row[:at] + row[at + 1 :] for row in kept]
    room = _room(kept, width)
    wanted = min(max(width_of(row[-1]) for row in kept), _MOST_VALUES) - _LEAST_VALUES
    longest = min(max(room - max(wanted, 0), min(room, _ENOUGH_NAME), _LEAST_NAME), _MOST_NAME, names)
    values = max(room - longest + _LEAST_VALUES, _LEAST_VALUES)
    return [[_cut_in_the_middle(row[0], longest), *row[1:-1], shortened(row[-1], values)] for row in kept]


def _room(rows: Sequence[Sequence[str]], width: int) -> int:
    """What is left for the names beside the rest."""
    others = [max(map(width_of, column)) + _GAP for column in list(zip(*rows, strict=True))[1:-1]]
    return width - _INDENT - sum(others) - _GAP - _LEAST_VALUES


def _cut_in_the_middle(text: str, width: int) -> str:
    if width_of(text) <= width:
        return text
    start = (width - 1) // 2
    return shortened(f"{text[:start]}…{text[len(text) - (width - 1 - start) :]}", width)


def _dtype(text: str) -> str:
    """Without its details where these are long: `datetime64` of `datetime64[us, Europe/Rome]`."""
    return text if len(text) <= _MOST_DTYPE else shortened(text.partition("[")[0], _MOST_DTYPE)


def _nulls(column: ColumnProfile, rows: int) -> str:
    """`0`, `12`, `3.4 %`."""
    if column.nulls is None:
        return "?"
    if column.nulls < 1000 or not rows:
        return f"{column.nulls:,}"
    return f"{column.nulls / rows * 100:.1f} %"


def _range(column: ColumnProfile) -> str:
    if column.minimum is None or column.maximum is None:
        return ""
    low, high = _end(column.minimum), _end(column.maximum)
    if column.kind == "time" and low[:_DATE] != high[:_DATE]:
        low, high = low[:_DATE], high[:_DATE]
    elif column.kind == "time":
        low, high = low[:_MINUTE].replace("T", " "), high[_DATE + 1 : _MINUTE] or low
    else:
        if column.kind == "duration":
            low, high = low.partition(".")[0], high.partition(".")[0]
        low, high = shortened(low, _MOST_END), shortened(high, _MOST_END)
    return low if low == high else f"{low} … {high}"


def _end(value: Scalar) -> str:
    return _rounded(value, 5) if isinstance(value, float) else str(value)


def _rounded(value: float, digits: int) -> str:
    return number_text(float(f"{value:.{digits}g}"))


def _mean(column: ColumnProfile) -> str:
    if column.mean is None:
        return ""
    mark = "~" if "mean" in column.estimated else ""
    if column.kind == "time":
        day = dt.date(1970, 1, 1).toordinal() + int(column.mean // 86400)
        known = dt.date.min.toordinal() <= day <= dt.date.max.toordinal()
        return f"{mark}{dt.date.fromordinal(day)}" if known else ""
    if column.kind == "duration":
        return f"{mark}{_rounded(column.mean, 4)} s"
    return f"{mark}{_rounded(column.mean, 4)}"


def _distinct(column: ColumnProfile) -> str:
    if column.distinct is None:
        return ""
    return f"{'~' if 'distinct' in column.estimated else ''}{column.distinct:,}"


def _values(column: ColumnProfile) -> str:
    """A small histogram of numbers, else the most frequent values with their shares."""
    if column.problem:
        return column.problem
    if column.histogram is not None and len(column.histogram.counts) > 1:
        return sparkline(column.histogram.counts)
    return ", ".join(f"{top.value} {top.count / max(column.seen, 1):.0%}" for top in column.top)
