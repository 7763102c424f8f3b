"""The runs as `cuvee runs` prints them: one line each, with what tells them apart.

What all have alike stands above; parameters that differ, and metrics, are columns as far as there is room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cuvee.cli.metrics import of_one_call
from cuvee.cli.quantities import ago_text, date_text, seconds_text
from cuvee.cli.summary import STATUS_STYLES, Page, short_name
from cuvee.cli.table import Cell, shortened, table_lines, width_of, wrapped
from cuvee.model.record import CallRecord, GitState, RunRecord
from cuvee.operations.select import Field

_WIDEST_VALUE = 20
_WIDEST_NOTE = 30
# Room that parameters are left with where those of several pipelines share a column.
_PARAMETERS = 24
_NAMED = 6


@dataclass(frozen=True, slots=True)
class _Column:
    """A column, header and all."""

    name: str
    cells: list[Cell]
    extra: bool = False
    """Nothing that is missed where there is no room."""

    @property
    def says_something(self) -> bool:
        return any(cell.text for cell in self.cells)

    @property
    def width(self) -> int:
        """What it takes, with the gap before the next."""
        return 2 + max(width_of(text) for text in [self.name, *(cell.text for cell in self.cells)])


def runs_lines(
    listed: Sequence[tuple[RunRecord, str]],
    now: float,
    page: Page,
    *,
    more: bool,
    leading: Sequence[str] = (),
) -> list[str]:
    """A table of runs, each with its status. `more` says that there are older ones; metrics whose names
    are in `leading` come first, in that order.
    """
    if not listed:
        return ["No run is on record yet: `cuvee run FILE` makes the first."]
    runs = [run for run, _ in listed]
    pipelines = list(dict.fromkeys(run.start.pipeline for run in runs))
    fixed = _fixed(listed, now, with_pipeline=len(pipelines) > 1)
    metrics = [_metric(name, runs) for name in _metric_names(runs, leading)]
    columns = fixed + (_parameters(runs) if len(pipelines) == 1 else []) + metrics
    columns += [_notes(runs), _commit(runs), _date(runs)]
    apart = _told_apart(runs) if len(pipelines) > 1 else []
    room = page.width - 2
    if any(apart):
        room -= min(max(width_of(text) for text in ["parameters", *apart]), _PARAMETERS)
    chosen, left_out = _fitting([column for column in columns if column.says_something], room)
    if any(apart):
        room = page.width - 2 - sum(column.width for column in chosen)
        chosen.append(_Column("parameters", [Cell(shortened(text, room)) for text in apart]))
    heading = [*_heading(runs, page), ""] if len(pipelines) == 1 else []
    notes = (
        [f"Not enough room for {_named(left_out)}: `{page.program} show RUN` has them."] if left_out else []
    )
    notes += [f"Older runs: {page.program} runs --limit {2 * len(listed)}{page.store_flag}"] if more else []
    told = [line for note in notes for line in wrapped(note, page.width)]
    return [*heading, *_table(chosen, page), *([""] if notes else []), *told]


def chosen_lines(
    runs: Sequence[RunRecord], fields: Sequence[tuple[str, Field]], page: Page, *, more: bool
) -> list[str]:
    """A table of runs with these columns and no others."""
    columns = [_Column(name, [Cell(_field_text(name, get(run))) for run in runs]) for name, get in fields]
    notes = [f"More runs: {page.program} runs --limit {2 * len(runs)}{page.store_flag} …"] if more else []
    return [*_table(columns, page), *([""] if notes else []), *notes]


def _field_text(name: str, values: Sequence[float | str]) -> str:
    """The value of a field for people; of a pipeline its short name, which comes first."""
    if name == "pipeline":
        values = values[:1]
    duration = name in ("age", "seconds", "saved")
    shown = [
        value if isinstance(value, str) else seconds_text(value) if duration else format(value, ".6g")
        for value in values
    ]
    return shortened(", ".join(shown).replace("\n", " "), _WIDEST_NOTE)


def metric_order(calls: Sequence[CallRecord]) -> list[str]:
    """The names of metrics, as runs have them, those of the last call first: what a run is judged by
    comes at its end.
    """
    names = [(call.path, metric.name) for call in reversed(calls) for metric in call.metrics]
    return list(dict.fromkeys(text for path, name in names for text in (name, f"{path}.{name}")))


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
        _Column("saved", [Cell(_saved(end.saved_seconds) if end else "") for end in ends], extra=True),
    ]
    if any(run.tags for run, _ in listed):
        tags = [Cell(", ".join(tag.name for tag in run.tags), "bold") for run, _ in listed]
        columns.insert(3, _Column("tags", tags))
    if any(run.start.mixed for run, _ in listed):
        mixtures = [Cell(_mixture(run), "dim") for run, _ in listed]
        columns.insert(3, _Column("mixture", mixtures))
    if with_pipeline:
        names = [Cell(short_name(run.start.pipeline)) for run, _ in listed]
        columns.insert(2, _Column("pipeline", names))
    return columns


def _mixture(run: RunRecord) -> str:
    """`1 with clean of 3`, what a mixture was made of; "" for a run that somebody asked for."""
    mixed = run.start.mixed
    if mixed is None:
        return ""
    taken = f" with {', '.join(mixed.taken)}" if mixed.taken else ", nothing"
    return shortened(f"{mixed.a}{taken} of {mixed.b}", _WIDEST_NOTE)


def _fitting(columns: Sequence[_Column], room: int) -> tuple[list[_Column], list[str]]:
    """As many columns as fit into the room, the first first and the extra last, in their order; and the
    names of those that are missed.
    """
    chosen: list[_Column] = []
    for column in sorted(columns, key=lambda column: column.extra):
        if column.width <= room:
            chosen.append(column)
            room -= column.width
    left_out = [column.name for column in columns if column not in chosen and not column.extra]
    return [column for column in columns if column in chosen], left_out


def _given(run: RunRecord) -> dict[str, str]:
    given = {argued.name: argued.text for argued in run.start.parameters}
    if run.start.seed is not None:
        # A parameter may have the name that the run's own seed goes by.
        given["run seed" if "seed" in given else "seed"] = str(run.start.seed)
    given |= {f"swap {swap.name}": swap.text for swap in run.start.swaps}
    return given


def _differing(runs: Sequence[RunRecord]) -> list[str]:
    """The parameters that not all of these runs had alike."""
    given = [_given(run) for run in runs]
    names = dict.fromkeys(name for each in given for name in each)
    return [name for name in names if len({each.get(name) for each in given}) > 1]


def _parameters(runs: Sequence[RunRecord]) -> list[_Column]:
    given = [_given(run) for run in runs]
    return [
        _Column(name, [Cell(shortened(each.get(name, ""), _WIDEST_VALUE)) for each in given])
        for name in _differing(runs)
    ]


def _told_apart(runs: Sequence[RunRecord]) -> list[str]:
    """Of each run the parameters that differ among those of its pipeline, as one text."""
    texts = []
    for run in runs:
        differing = _differing([other for other in runs if other.start.pipeline == run.start.pipeline])
        texts.append(", ".join(f"{name}={text}" for name, text in _given(run).items() if name in differing))
    return texts


def _heading(runs: Sequence[RunRecord], page: Page) -> list[str]:
    """`Runs of predict_wine_quality`, and the parameters that all have alike."""
    differing = _differing(runs)
    alike = [f"{name}={text}" for name, text in _given(runs[0]).items() if name not in differing]
    lines = [f"Runs of {page.paint(short_name(runs[0].start.pipeline), 'bold')}"]
    if alike:
        lines.append(page.paint(shortened(f"  all with {', '.join(alike)}", page.width), "dim"))
    return lines


def _metric_names(runs: Sequence[RunRecord], leading: Iterable[str]) -> list[str]:
    """The names of all metrics but those of the many calls of a map or a loop."""
    known = of_one_call(dict.fromkeys(name for run in runs for name, _ in run.metrics))
    first = [name for name in leading if name in known]
    return list(dict.fromkeys([*first, *known]))


def _metric(name: str, runs: Sequence[RunRecord]) -> _Column:
    values = [dict(run.metrics).get(name) for run in runs]
    return _Column(name, [Cell("" if value is None else format(value, ".4g")) for value in values])


def _commit(runs: Sequence[RunRecord]) -> _Column:
    cells = [Cell(commit_text(run.end.git if run.end else None), "dim") for run in runs]
    return _Column("commit", cells, extra=True)


def _notes(runs: Sequence[RunRecord]) -> _Column:
    return _Column("note", [Cell(shortened(run.note.partition("\n")[0], _WIDEST_NOTE)) for run in runs])


def _date(runs: Sequence[RunRecord]) -> _Column:
    return _Column("at", [Cell(date_text(run.start.started), "dim") for run in runs], extra=True)


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _saved(seconds: float) -> str:
    return seconds_text(seconds) if seconds else ""


def _table(columns: Sequence[_Column], page: Page) -> list[str]:
    header = [Cell(column.name, "dim") for column in columns]
    rows = [header, *([*row] for row in zip(*(column.cells for column in columns), strict=True))]
    return table_lines(rows, width=page.width, paint=page.paint)
