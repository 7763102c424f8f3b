"""The runs as `cuvee runs` prints them: one line each, metrics in columns as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cuvee.cli.quantities import ago_text, date_text, seconds_text
from cuvee.cli.summary import STATUS_STYLES, Page, parameters_text, short_name
from cuvee.cli.table import Cell, table_lines, width_of, wrapped
from cuvee.model.record import GitState, RunRecord

# Room that the parameters, in the last column, are left with.
_PARAMETERS = 26
_NAMED = 6


@dataclass(frozen=True, slots=True)
class _Column:
    """A column, header and all."""

    name: str
    cells: list[Cell]

    @property
    def width(self) -> int:
        """What it takes, with the gap before the next."""
        return 2 + max(width_of(text) for text in [self.name, *(cell.text for cell in self.cells)])


def runs_lines(listed: Sequence[tuple[RunRecord, str]], now: float, page: Page, *, more: bool) -> list[str]:
    """A table of runs, each with its status; `more` says that there are older ones."""
    if not listed:
        return ["No run is on record yet: `cuvee run FILE` makes the first."]
    runs = [run for run, _ in listed]
    pipelines = {run.start.pipeline for run in runs}
    columns = _fixed(listed, now, with_pipeline=len(pipelines) > 1)
    room = page.width - 2 - _PARAMETERS - sum(column.width for column in columns)
    metrics, left_out = _fitting([_metric(name, runs) for name in _metric_names(runs)], room)
    room -= sum(column.width for column in metrics)
    extra, _ = _fitting([_commit(runs), _date(runs)], room)
    parameters = _Column("parameters", [Cell(parameters_text(run.start.parameters)) for run in runs])
    lines = _table([*columns, *extra, *metrics, parameters], page)
    if len(pipelines) == 1:
        lines = [f"Runs of {page.paint(short_name(pipelines.pop()), 'bold')}", "", *lines]
    notes = [f"Not enough room for {_named(left_out)}: `cuvee show RUN` has them."] if left_out else []
    notes += [f"Older runs: cuvee runs --limit {2 * len(listed)}{page.store_flag}"] if more else []
    return [*lines, *([""] if notes else []), *(line for note in notes for line in wrapped(note, page.width))]


def commit_text(git: GitState | None) -> str:
    """`1a2b3c4`, or `1a2b3c4+` where files differed from the commit."""
    return f"{git.commit[:7]}{'+' if git.dirty else ''}" if git else ""


def _fixed(listed: Sequence[tuple[RunRecord, str]], now: float, *, with_pipeline: bool) -> list[_Column]:
    """The columns that are always there."""
    ends = [run.end for run, _ in listed]
    columns = [
        _Column("run", [Cell(str(run.number), "bold") for run, _ in listed]),
        _Column("when", [Cell(ago_text(run.start.started, now)) for run, _ in listed]),
        _Column("status", [Cell(status, STATUS_STYLES[status]) for _, status in listed]),
        _Column("time", [Cell(seconds_text(end.seconds) if end else "") for end in ends]),
        _Column("saved", [Cell(_saved(end.saved_seconds) if end else "") for end in ends]),
    ]
    if with_pipeline:
        names = [Cell(short_name(run.start.pipeline)) for run, _ in listed]
        columns.insert(2, _Column("pipeline", names))
    return columns


def _fitting(columns: Sequence[_Column], room: int) -> tuple[list[_Column], list[str]]:
    """As many columns as fit into the room, the narrowest first, and the names of the rest."""
    chosen: set[str] = set()
    for column in sorted(columns, key=lambda column: column.width):
        room -= column.width
        if room >= 0:
            chosen.add(column.name)
    fitting = [column for column in columns if column.name in chosen]
    return fitting, [column.name for column in columns if column.name not in chosen]


def _metric_names(runs: Sequence[RunRecord]) -> list[str]:
    """The names of all metrics but those of a map's many calls, the newest run's first."""
    return list(dict.fromkeys(name for run in runs for name, _ in run.metrics if "]." not in name))


def _metric(name: str, runs: Sequence[RunRecord]) -> _Column:
    values = [dict(run.metrics).get(name) for run in runs]
    return _Column(name, [Cell("" if value is None else format(value, ".4g")) for value in values])


def _commit(runs: Sequence[RunRecord]) -> _Column:
    return _Column("commit", [Cell(commit_text(run.end.git if run.end else None), "dim") for run in runs])


def _date(runs: Sequence[RunRecord]) -> _Column:
    return _Column("at", [Cell(date_text(run.start.started), "dim") for run in runs])


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _saved(seconds: float) -> str:
    return seconds_text(seconds) if seconds else ""


def _table(columns: Sequence[_Column], page: Page) -> list[str]:
    header = [Cell(column.name, "dim") for column in columns]
    rows = [header, *([*row] for row in zip(*(column.cells for column in columns), strict=True))]
    return table_lines(rows, width=page.width, paint=page.paint)
