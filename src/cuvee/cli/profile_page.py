"""A profile as `cuvee show` prints it: size, columns, what a model learned, the first rows."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.cli.profile_columns import column_lines
from cuvee.cli.quantities import number_text
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, shortened, table_lines, width_of, wrapped
from cuvee.model.profile import Profile

_LINES_SHOWN = 30
_WIDEST_CELL = 20


def headline(name: str, profile: Profile) -> str:
    """`  train: pandas.DataFrame, 4,898 rows × 12 columns`."""
    return f"  {name}: {profile.type}{_extent(profile)}"


def profile_lines(profile: Profile, page: Page, more: str) -> list[str]:
    """What a value looks like; `more` is the command that tells what is left out."""
    lines = [page.paint(f"{profile.type}{_extent(profile)}", "bold")]
    if profile.problem:
        lines += ["  " + page.paint(line, "warn") for line in wrapped(profile.problem, page.width - 2)]
    facts: list[Row] = [[Cell(name, "dim"), Cell(text)] for name, text in profile.facts]
    lines += table_lines(facts, width=page.width, paint=page.paint)
    lines += column_lines(profile, page, more)
    lines += _parameter_lines(profile, page, more)
    lines += _listed("learned", profile.fitted, page, more)
    weights = [(weight.name, number_text(weight.value)) for weight in profile.weights]
    lines += _listed("weights", weights, page, more)
    return lines + _preview_lines(profile, page)


def _extent(profile: Profile) -> str:
    if profile.kind == "frame":
        return f", {_counted(profile.rows, 'row')} × {_counted(profile.width, 'column')}"
    if profile.kind == "series":
        return f", {_counted(profile.rows, 'value')}"
    return f", {' × '.join(f'{length:,}' for length in profile.shape)}" if profile.shape else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _parameter_lines(profile: Profile, page: Page, more: str) -> list[str]:
    """Those that were set; of the others how many."""
    given = [pair for pair in profile.parameters if pair[0] not in profile.defaults]
    if not profile.defaults:
        return _listed("parameters", given, page, more)
    lines = _listed("parameters", given, page, more) or ["", page.paint("parameters", "dim")]
    others = (
        f"  … and {len(profile.defaults)} more as they are by default"
        if given
        else "  all as they are by default"
    )
    return [*lines, page.paint(others, "dim")]


def _listed(title: str, pairs: Sequence[tuple[str, str]], page: Page, more: str) -> list[str]:
    if not pairs:
        return []
    rows: list[Row] = [[Cell(name, "bold"), Cell(text)] for name, text in pairs[:_LINES_SHOWN]]
    lines = ["", page.paint(title, "dim"), *table_lines(rows, width=page.width, paint=page.paint)]
    left = len(pairs) - len(rows)
    return [*lines, f"  … and {left} more: {more} --json"] if left > 0 else lines


def _preview_lines(profile: Profile, page: Page) -> list[str]:
    """As many columns of the first rows as there is room for, cells flushed right."""
    preview = profile.preview
    if preview is None or not preview.rows:
        return []
    columns = [[label, *(row[at] for row in preview.rows)] for at, label in enumerate(preview.columns)]
    shown = _side_by_side(columns, page.width - len("   …"))
    # An index is shown as a column, and is none of the frame's.
    cut = " …" if len(shown) < max(profile.width, len(columns)) else ""
    names, *rows = ("  " + "  ".join(cells) for cells in zip(*shown, strict=True))
    below = ["  …"] if profile.rows > len(rows) else []
    return ["", page.paint("first rows", "dim"), page.paint(names, "dim") + cut, *rows, *below]


def _side_by_side(columns: Sequence[Sequence[str | None]], width: int) -> list[list[str]]:
    used = 0
    shown: list[list[str]] = []
    for column in columns:
        texts = [shortened("·" if cell is None else cell, _WIDEST_CELL) for cell in column]
        size = max(map(width_of, texts))
        used += size + 2
        if used > width and shown:
            break
        shown.append([" " * (size - width_of(text)) + text for text in texts])
    return shown
