"""How data moved between two runs, as `cuvee diff` prints it: rows, columns, distributions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cuvee.cli.profile_columns import sparkline
from cuvee.cli.quantities import count_text
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, shortened, shortened_at_start, table_lines, width_of, wrapped
from cuvee.compare.distances import common_bins
from cuvee.compare.summary import digits, told_apart
from cuvee.model.difference import ColumnDifference, DataDifference, Difference

_FRAMES_IN_DETAIL, _FRAMES_SHOWN, _COLUMNS_SHOWN, _PARAMETERS_SHOWN = 2, 8, 8, 8
_WIDE = 100
_QUANTILES = 10, 50, 90
_STYLES = {"changed": "", "new": "good", "gone": "bad"}


def data_lines(found: Difference, page: Page, *, whole: bool = False) -> list[str]:
    """The results that differ: the first ones in detail, a line of each other."""
    shown = found.data if whole else found.data[:_FRAMES_SHOWN]
    if not shown:
        return []
    lines = [page.paint("results", "dim")]
    in_detail = 0
    for data in shown:
        path = shortened_at_start(data.path, page.width // 2)
        extent = shortened(extent_text(data), page.width - 4 - width_of(path))
        lines += [f"  {page.paint(path, 'bold')}  {extent}"]
        lines += [f"    {line}" for line in wrapped(data.problem, page.width - 4)]
        if whole or in_detail < _FRAMES_IN_DETAIL or data.parameters or data.rows:
            in_detail += bool(data.columns)
            lines += _columns(data, page, whole) + _parameters(data, page, whole) + _rows(data, page)
    left = len(found.data) - len(shown)
    return [*lines, f"  … and {count_text(left, 'more result')}: add --all"] if left > 0 else lines


def extent_text(data: DataDifference) -> str:
    """`pandas.DataFrame, 4,898 → 4,900 rows, 11 of 12 columns changed`."""
    a, b = data.type
    parts = [b if a == b else f"{a} → {b}"]
    if data.kind in ("frame", "series"):
        rows = [shape[0] if shape else 0 for shape in data.shape]
        parts.append(f"{rows[0]:,} → {rows[1]:,} rows" if rows[0] != rows[1] else f"{rows[1]:,} rows")
    elif any(data.shape):
        texts = [" × ".join(f"{length:,}" for length in shape) for shape in data.shape]
        parts.append(texts[0] if texts[0] == texts[1] else f"{texts[0]} → {texts[1]}")
    if data.kind == "frame":
        parts.append(_columns_text(data))
    return ", ".join(filter(None, parts))


def column_cells(column: ColumnDifference) -> tuple[str, str, str, str]:
    """What changed in a column: dtype, nulls, mean, how far the distributions are from each other."""
    if column.mark != "changed":
        return (column.dtype[column.mark == "new"], "", "", column.mark)
    dtype = column.dtype[1] if column.dtype[0] == column.dtype[1] else " → ".join(column.dtype)
    nulls = _pair(*(None if each is None else f"{each:,}" for each in column.nulls))
    mean = _means(column)
    return dtype, nulls, mean, _distance(column)


def _distance(column: ColumnDifference) -> str:
    sign = "~" if column.estimated else ""
    parts = [
        f"{name} {sign}{value:.2f}"
        for name, value in (("PSI", column.psi), ("KS", column.ks))
        if value is not None
    ]
    return " ".join(parts)


def _columns_text(data: DataDifference) -> str:
    marks = [column.mark for column in data.columns]
    changed, new, gone = (marks.count(mark) for mark in ("changed", "new", "gone"))
    common = changed + data.same + data.unknown
    texts = [f"{changed} of {count_text(common, 'column')} changed"] if common else []
    texts += [f"{new} new"] if new else []
    texts += [f"{gone} gone"] if gone else []
    texts += [f"{data.unknown} may have"] if data.unknown else []
    return ", ".join(texts)


def _columns(data: DataDifference, page: Page, whole: bool) -> list[str]:
    if not data.columns:
        return []
    # What moved furthest tells most; what came or went before all.
    ordered = sorted(data.columns, key=_weight)
    shown = ordered if whole else ordered[:_COLUMNS_SHOWN]
    titles = ["column", "dtype", "nulls", "mean", "distance"]
    cells = [[column.name or "(all)", *column_cells(column)] for column in shown]
    wide = page.width >= _WIDE and any(_histograms(column) for column in shown)
    rows: list[Row] = [[Cell(text, "dim") for text in [*titles, *(["values"] if wide else [])]]]
    for column, texts in zip(shown, cells, strict=True):
        row = [Cell(texts[0], _STYLES[column.mark]), *map(Cell, texts[1:])]
        rows.append([*row, *([Cell(_histograms(column))] if wide else [])])
    lines = table_lines(_without_empty(rows), width=page.width, paint=page.paint, indent="    ", most_lines=1)
    lines += _quantiles(shown, page) if whole else []
    left = len(data.columns) - len(shown)
    return [*lines, f"    … and {count_text(left, 'more column')}: add --all"] if left > 0 else lines


def _quantiles(columns: Sequence[ColumnDifference], page: Page) -> list[str]:
    """Where the tenths, the halves and the nine tenths of the numbers lie, as they were and are."""
    rows: list[Row] = [[Cell(text, "dim") for text in ("column", *(f"{at} %" for at in _QUANTILES))]]
    for column in columns:
        a, b = column.quantiles
        if a and b and not column.is_time:
            both = [(_at(a, percent), _at(b, percent)) for percent in _QUANTILES]
            rows.append([Cell(column.name or "(all)"), *(Cell(_moved(*each)) for each in both)])
    if len(rows) == 1:
        return []
    return table_lines(rows, width=page.width, paint=page.paint, indent="    ", most_lines=1)


def _at(quantiles: Sequence[float], percent: int) -> float:
    return quantiles[round(percent / 100 * (len(quantiles) - 1))]


def _moved(a: float, b: float) -> str:
    return digits(b) if a == b else " → ".join(told_apart(a, b))


def _without_empty(rows: Sequence[Row]) -> list[Row]:
    """The table without columns in which nothing stands below the title."""
    kept = [at for at in range(len(rows[0])) if any(row[at].text for row in rows[1:])]
    return [[row[at] for at in kept] for row in rows]


def _weight(column: ColumnDifference) -> tuple[int, float]:
    far = column.ks if column.ks is not None else column.psi if column.psi is not None else 0.0
    return (column.mark == "changed" and column.dtype[0] == column.dtype[1], -far)


def _parameters(data: DataDifference, page: Page, whole: bool) -> list[str]:
    shown = data.parameters if whole else data.parameters[:_PARAMETERS_SHOWN]
    rows: list[Row] = [[Cell(name), Cell(f"{a or 'not there'} → {b or 'not there'}")] for name, a, b in shown]
    lines = table_lines(rows, width=page.width, paint=page.paint, indent="    ")
    left = len(data.parameters) - len(shown)
    return [*lines, f"    … and {count_text(left, 'more parameter')}: add --all"] if left > 0 else lines


def _rows(data: DataDifference, page: Page) -> list[str]:
    rows = data.rows
    if rows is None:
        return []
    by = f"by {', '.join(rows.key)}" if rows.key else "by all that is in them"
    counts = f"{rows.added:,} added, {rows.removed:,} removed"
    counts += f", {rows.changed:,} changed" if rows.key else ""
    lines = [f"    rows {by}: {counts}, {rows.same:,} the same"]
    cells = [f"{name} in {count:,}" for name, count in rows.cells[:_COLUMNS_SHOWN]]
    lines += [
        f"    {line}"
        for line in wrapped(f"cells that differ: {', '.join(cells)}" if cells else "", page.width - 4)
    ]
    return lines + [f"      {shortened(text, page.width - 6)}" for text in rows.examples]


def _pair(a: str | None, b: str | None) -> str:
    if a is None and b is None:
        return ""
    return (b or "?") if a == b else f"{a or '?'} → {b or '?'}"


def _means(column: ColumnDifference) -> str:
    a, b = column.mean
    if a is None or b is None or a == b or column.is_time:
        return _pair(_mean(a, column.is_time), _mean(b, column.is_time))
    return " → ".join(told_apart(a, b, 4))


def _mean(value: float | None, is_time: bool) -> str | None:
    if value is None:
        return None
    if not is_time:
        return digits(value)
    day = dt.date(1970, 1, 1).toordinal() + int(value // 86400)
    known = dt.date.min.toordinal() <= day <= dt.date.max.toordinal()
    return str(dt.date.fromordinal(day)) if known else None


def _histograms(column: ColumnDifference) -> str:
    """`▁▃█▂ → ▁▂█▅`, both over one range."""
    a, b = column.histograms
    if a is None or b is None or min(a.low, b.low) == max(a.high, b.high):
        return ""
    return " → ".join(sparkline(each.counts) for each in common_bins(a, b))
