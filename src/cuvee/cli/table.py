"""Tables of text: columns side by side, the last one wrapped to the width that is there.

They look the same on a terminal and in a file, where only the colours are missing; so they are
laid out here and not by rich, which is loaded for live progress alone.
"""

from __future__ import annotations

import itertools
import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Paint = Callable[[str, str], str]
"""`paint(text, style)` gives the text in that style, or as it is where there are no colours."""

_GAP = "  "
_NARROWEST_LAST = 24
_NARROW, _NARROWEST = 12, 6
_BELOW = "  "


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table. `style` is a name that the paint knows; "" leaves the text as it is.

    Where the column is too narrow the text is cut at its end; at its beginning where `end_tells`
    most, as of dotted names, and in the first column.
    """

    text: str
    style: str = ""
    end_tells: bool = False


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
    least: Sequence[int] = (),
) -> list[str]:
    """The rows as lines of at most `width` columns (of at least 40, say).

    Columns named in `right` are flushed right. The last column wraps, to `most_lines` lines at
    most (0: as many as it takes); a longer text ends in `…`. Where it would be left with too
    little, the other columns are shortened, the widest first; where that is not enough, it stands
    below its row. `least` are widths that columns have, where there is room, whatever is in them.
    """
    if not rows:
        return []
    natural = [max(width_of(row[column].text) for row in rows) for column in range(len(rows[0]))]
    natural = [max(size, wanted) for size, wanted in itertools.zip_longest(natural, least, fillvalue=0)]
    sizes, below = _layout(natural, width - len(indent))
    lines: list[str] = []
    for row in rows:
        cells = [_fitted(cell, size, at) for at, (cell, size) in enumerate(zip(row, sizes, strict=False))]
        fixed = [
            _padded(cell, size, paint, at in right)
            for at, (cell, size) in enumerate(zip(cells, sizes, strict=True))
        ]
        start = indent + _GAP.join(fixed) + (_GAP if fixed and not below else "")
        taken = len(indent) + (len(_BELOW) if below else sum(size + len(_GAP) for size in sizes))
        last = [
            _painted(line, row[-1].style, paint)
            for line in wrapped(row[-1].text, max(width - taken, 1), most_lines)
        ]
        first = [] if below else last[:1]
        lines.append((start + "".join(first)).rstrip())
        lines += [(" " * taken + line).rstrip() for line in last[len(first) :]]
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


def _layout(natural: Sequence[int], width: int) -> tuple[list[int], bool]:
    """The widths of all columns but the last, and whether that one stands below."""
    *others, last = natural
    gaps = len(_GAP) * len(others)
    room = width - gaps - min(last, _NARROWEST_LAST)
    beside = _shrunk(others, room, _NARROW)
    if sum(beside) <= room:
        return beside, False
    if last > _NARROWEST_LAST:
        return _shrunk(others, width - gaps + len(_GAP), _NARROWEST), True
    return _shrunk(others, room, _NARROWEST), False


def _shrunk(sizes: Sequence[int], room: int, least: int) -> list[int]:
    """The sizes, the widest made narrower until all fit into the room or none is wider than `least`."""
    shrunk = list(sizes)
    while sum(shrunk) > room and max(shrunk) > least:
        shrunk[shrunk.index(max(shrunk))] -= 1
    return shrunk


def _fitted(cell: Cell, size: int, column: int) -> Cell:
    """The cell, cut to the width of its column."""
    cut = shortened_at_start if column == 0 or cell.end_tells else shortened
    return Cell(cut(cell.text, size), cell.style)


def _padded(cell: Cell, size: int, paint: Paint, right: bool) -> str:
    space = " " * (size - width_of(cell.text))
    text = _painted(cell.text, cell.style, paint)
    return space + text if right else text + space


def _painted(text: str, style: str, paint: Paint) -> str:
    return paint(text, style) if style and text else text
