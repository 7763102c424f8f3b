"""Calls as rows: a run's calls with their metrics, figures and logs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Figure, Metric
from cuvee.model.order import LogChunk
from cuvee.model.record import CallRecord
from cuvee.tracking.metrics import standing
from cuvee.tracking.sqlite.artifacts import read_artifacts
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged
from cuvee.tracking.sqlite.seals import real, seal, seal_of
from cuvee.tracking.sqlite.trees import Reference, Rows
from cuvee.tracking.sqlite.wire import (
    pack_call_details,
    pack_components,
    read_call_details,
    read_components,
)

# Keep a call, in the order of its columns: apsw looks its statement up by the text, once for each row.
_KEEP_CALL = "INSERT INTO call VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

# Forget a call of a position, with all that hangs on it.
_FORGET_CALL = "DELETE FROM call WHERE run = ? AND position = ?"

# Keep what hangs on a call.
_KEEP_METRIC = """
INSERT INTO metric (run, position, ordinal, name, value, step, last) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_KEEP_FIGURE = """
INSERT INTO call_figure (run, position, ordinal, name, artifact, value) VALUES (?, ?, ?, ?, ?, ?)
"""
_KEEP_LOG = "INSERT INTO log (run, position, ordinal, stream, at, text) VALUES (?, ?, ?, ?, ?, ?)"

SELECT_CALL = """
SELECT run, position, path, task, status, decision, reason_code, reason,
       started, seconds, saved, key, components, artifact, value, details, metrics, figures, seal
FROM call
"""
"""The rows that `read_calls` takes; a condition follows."""

# What hangs on a call, in order.
_READ_METRICS = """
SELECT run, position, name, value, step FROM metric WHERE run = ? AND position = ? ORDER BY ordinal
"""
_READ_FIGURES = """
SELECT run, position, name, artifact, value FROM call_figure WHERE run = ? AND position = ? ORDER BY ordinal
"""
_READ_LOGS = "SELECT stream, text, at FROM log WHERE run = ? AND position = ? ORDER BY ordinal"

_Place = tuple[int, int]


class CallRows:
    """A run's calls as rows, made before the transaction that writes them."""

    def __init__(self, run: int, calls: Iterable[CallRecord], artifacts: Rows) -> None:
        self._calls: dict[int, tuple[Any, ...]] = {}
        self._metrics: dict[int, list[tuple[Any, ...]]] = {}
        self._figures: dict[int, list[tuple[Any, ...]]] = {}
        self._logs: dict[int, list[tuple[Any, ...]]] = {}
        for call in calls:
            metrics = _metric_rows(run, call) if call.metrics else []
            figures = _figure_rows(run, call, artifacts) if call.figures else []
            self._calls[call.position] = _row(run, call, artifacts, metrics, figures)
            if metrics or call.position in self._metrics:
                self._metrics[call.position] = metrics
            if figures or call.position in self._figures:
                self._figures[call.position] = figures
            if call.logs or call.position in self._logs:
                self._logs[call.position] = [
                    (run, call.position, n, chunk.stream, chunk.at, chunk.text)
                    for n, chunk in enumerate(call.logs)
                ]

    def keep(self, database: Database) -> None:
        """Write them, in a transaction of the caller's."""
        try:
            database.each(_KEEP_CALL, self._calls.values())
        except apsw.ConstraintError:
            # A position is taken: too rare to be worth a look at each call beforehand.
            database.each(_FORGET_CALL, [row[:2] for row in self._calls.values()])
            database.each(_KEEP_CALL, self._calls.values())
        for sql, rows in (
            (_KEEP_METRIC, self._metrics),
            (_KEEP_FIGURE, self._figures),
            (_KEEP_LOG, self._logs),
        ):
            if rows:
                database.each(sql, [row for same in rows.values() for row in same])


def _row(
    run: int,
    call: CallRecord,
    artifacts: Rows,
    metrics: Sequence[tuple[Any, ...]],
    figures: Sequence[tuple[Any, ...]],
) -> tuple[Any, ...]:
    digest, value = (None, None) if call.artifact is None else artifacts.add(call.artifact)
    fields: tuple[Any, ...] = (
        run,
        call.position,
        call.path,
        call.task,
        call.status,
        call.decision,
        call.reason_code,
        call.reason,
        call.started + 0.0,  # as `real` would, three times for each call
        call.seconds + 0.0,
        call.saved + 0.0,
        call.key,
        pack_components(call.components),
        digest,
        pack_call_details(call),
        len(metrics),
        len(figures),
        [(name, metric_value(number), step) for _, _, _, name, number, step, _ in metrics] if metrics else (),
        [row[3:5] for row in figures] if figures else (),
    )
    # What hangs on the call has rows of its own, and its value is no part of the seal.
    return (*fields[:14], value, *fields[14:17], seal_of(fields))


def _figure_rows(run: int, call: CallRecord, artifacts: Rows) -> list[tuple[Any, ...]]:
    return [
        (run, call.position, n, figure.name, *artifacts.add(figure.artifact))
        for n, figure in enumerate(call.figures)
    ]


def _metric_rows(run: int, call: CallRecord) -> list[tuple[Any, ...]]:
    last = set(standing(call.metrics).values())
    return [
        (run, call.position, n, metric.name, real(metric.value), metric.step, n in last)
        for n, metric in enumerate(call.metrics)
    ]


def metric_value(stored: float | None) -> float:
    """SQLite keeps no not-a-number: it is null there, and any other is the one."""
    return math.nan if stored is None or stored != stored else stored


def read_calls(database: Database, rows: Sequence[tuple[Any, ...]]) -> list[CallRecord]:
    """The calls of these rows, without their logs, in a transaction of the caller's.

    Raises RecordsFault for one that is not as it was written.
    """
    calls = read_whole_calls(database, rows)
    for row, call in zip(rows, calls, strict=True):
        if call is None:
            raise damaged(
                database.path, f"call {row[2]} of run {row[0]}, or what it gave, is missing or altered"
            )
    return [call for call in calls if call is not None]


def read_whole_calls(database: Database, rows: Sequence[tuple[Any, ...]]) -> list[CallRecord | None]:
    """As `read_calls`; None for a call that is not as it was written."""
    metrics = _read_metrics(database, [row[:2] for row in rows if row[16]])
    figures = _read_figures(database, [row[:2] for row in rows if row[17]])
    references = [(row[13], row[14]) for row in rows if row[13] is not None]
    references += [reference for found in figures.values() for _, reference in found]
    artifacts = read_artifacts(database, references)
    calls = []
    for row in rows:
        logged, drawn = tuple(metrics.get(row[:2], ())), figures.get(row[:2], [])
        calls.append(_call(row, logged, drawn, artifacts) if _is_whole(row, logged, drawn) else None)
    return calls


def _is_whole(
    row: tuple[Any, ...], metrics: Sequence[Metric], figures: Sequence[tuple[str, Reference]]
) -> bool:
    logged = [(metric.name, metric.value, metric.step) for metric in metrics]
    drawn = [(name, digest) for name, (digest, _) in figures]
    # Calls from before there were seals have none.
    return row[18] in (None, seal(*row[:14], *row[15:18], logged, drawn))


def _read_metrics(database: Database, places: list[_Place]) -> dict[_Place, list[Metric]]:
    metrics: dict[_Place, list[Metric]] = {}
    for run, position, name, value, step in database.answers(_READ_METRICS, places):
        metrics.setdefault((run, position), []).append(Metric(name, metric_value(value), step))
    return metrics


def _read_figures(database: Database, places: list[_Place]) -> dict[_Place, list[tuple[str, Reference]]]:
    figures: dict[_Place, list[tuple[str, Reference]]] = {}
    for run, position, name, artifact, value in database.answers(_READ_FIGURES, places):
        figures.setdefault((run, position), []).append((name, (artifact, value)))
    return figures


def _call(
    row: tuple[Any, ...],
    metrics: tuple[Metric, ...],
    figures: Sequence[tuple[str, Reference]],
    artifacts: Mapping[Digest, Artifact],
) -> CallRecord | None:
    """The call of a row that is as it was written; None if a value that it names is not."""
    named = [digest for _, (digest, _) in figures] + ([] if row[13] is None else [row[13]])
    if not all(digest in artifacts for digest in named):
        return None
    details = read_call_details(row[15])
    fields: tuple[Any, ...] = (
        *row[1:12],
        read_components(row[12]),
        None if row[13] is None else artifacts[row[13]],
        details.outputs,
        metrics,
        tuple(Figure(name, artifacts[digest]) for name, (digest, _) in figures),
        (),  # logs are read on their own
        details.failure,
        details.doubts,
        details.mutated,
        details.made_by,
        details.attempts,
        details.shared,
        details.memory,
    )
    return CallRecord(*fields)


def read_logs(database: Database, run: int, position: int) -> tuple[LogChunk, ...]:
    """What a call wrote, in a transaction of the caller's."""
    return tuple([LogChunk(*row) for row in database.execute(_READ_LOGS, (run, position))])
