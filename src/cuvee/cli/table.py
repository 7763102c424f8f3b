"""Tables of text: columns side by side, the last one wrapped to the width that is there.

They look the same on a terminal and in a file, where only the colours are missing; so they are
laid out here and not by rich, which is loaded for live progress alone.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Paint = Callable[[str, str], str]
"""`paint(text, style)` gives the text in that style, or as it is where there are no colours."""

_GAP = "  "
_NARROWEST_LAST = 24


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table. `style` is a name that the paint knows; "" leaves the text as it is."""

    text: str
    style: str = ""


Row = Sequence[Cell]


def plain(text: str, style: str) -> str:  # noqa: ARG001 - it has none
    """The paint of files and pipes: none."""
    return text


def table_lines(
    rows: Sequence[Row],
    *,
    width: int,
    paint: Paint,
    indent: str = "  ",
    right: Sequence[int] = (),
    most_lines: int = 2,
) -> list[str]:
    """The rows as lines of at most `width` columns where that can be had.

    Columns named in `right` are flushed right. The last column wraps, to `most_lines` lines at
    most (0: as many as it takes); a longer text ends in `…`. The first column is shortened, at its
    beginning, where the last would be left with too little.
    """
    rows = _fitted(rows, width - len(indent))
    sizes = (
        [max(width_of(row[column].text) for row in rows) for column in range(len(rows[0]))] if rows else []
    )
    lines = []
    for row in rows:
        fixed = [
            _padded(cell, size, paint, at in right)
            for at, (cell, size) in enumerate(zip(row, sizes, strict=True))
        ]
        start = indent + "".join(field + _GAP for field in fixed[:-1])
        taken = len(indent) + sum(size + len(_GAP) for size in sizes[:-1])
        last = wrapped(row[-1].text, max(width - taken, _NARROWEST_LAST), most_lines) or [""]
        lines.append((start + _painted(last[0], row[-1].style, paint)).rstrip())
        lines += [" " * taken + _painted(line, row[-1].style, paint) for line in last[1:]]
    return lines


def wrapped(text: str, width: int, most_lines: int = 0) -> list[str]:
    """The text in lines of that width, at most `most_lines` of them (0: all), cut with `…`."""
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(line, width, break_long_words=True, break_on_hyphens=False) or [""]
    if most_lines and len(lines) > most_lines:
        lines = lines[:most_lines]
        if width_of(lines[-1]) + 2 > width:
            lines[-1] = lines[-1].rpartition(" ")[0] or _cut(lines[-1], width - 2)
        lines[-1] += " …"
    return lines


def shortened(text: str, width: int) -> str:
    """The beginning of the text, ending in `…` where it is cut."""
    return text if width_of(text) <= width else _cut(text, width - 1).rstrip() + "…"


def shortened_at_start(text: str, width: int) -> str:
    """The end of the text, which tells paths apart, opening with `…` where it is cut."""
    return text if width_of(text) <= width else "…" + _cut(text[::-1], width - 1)[::-1]


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _cut(text: str, width: int) -> str:
    while width_of(text) > width:
        text = text[:-1]
    return text


def _fitted(rows: Sequence[Row], width: int) -> Sequence[Row]:
    """The rows with the first column short enough to leave the last one its room."""
    if not rows or len(rows[0]) < 2:
        return rows
    sizes = [max(width_of(row[column].text) for row in rows) for column in range(len(rows[0]))]
    room = width - sum(sizes[1:-1]) - len(_GAP) * (len(sizes) - 1) - min(sizes[-1], _NARROWEST_LAST)
    most = max(room, 12)
    if sizes[0] <= most:
        return rows
    return [[Cell(shortened_at_start(row[0].text, most), row[0].style), *row[1:]] for row in rows]


def _padded(cell: Cell, size: int, paint: Paint, right: bool) -> str:
    space = " " * (size - width_of(cell.text))
    text = _painted(cell.text, cell.style, paint)
    return space + text if right else text + space


def _painted(text: str, style: str, paint: Paint) -> str:
    return paint(text, style) if style and text else text
