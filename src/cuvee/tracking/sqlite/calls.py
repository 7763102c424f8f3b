"""Calls as rows: a run's calls with their metrics, figures and logs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import apsw

from cuvee.model.artifact import Artifact
from cuvee.model.entry import Figure, Metric
from cuvee.model.order import LogChunk
from cuvee.model.record import CallRecord
from cuvee.tracking.metrics import standing
from cuvee.tracking.sqlite.artifacts import known, read_artifacts
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.trees import Reference, Rows
from cuvee.tracking.sqlite.wire import (
    pack_call_details,
    pack_components,
    read_call_details,
    read_components,
)

# Keep a call.
_KEEP_CALL = """
INSERT INTO call (run, position, path, task, status, decision, reason_code, reason,
                  started, seconds, saved, key, components, artifact, value, details,
                  metrics, figures)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

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
       started, seconds, saved, key, components, artifact, value, details, metrics, figures
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
            self._calls[call.position] = _row(run, call, artifacts)
            if call.metrics or call.position in self._metrics:
                self._metrics[call.position] = _metric_rows(run, call)
            if call.figures or call.position in self._figures:
                self._figures[call.position] = [
                    (run, call.position, n, figure.name, *artifacts.add(figure.artifact))
                    for n, figure in enumerate(call.figures)
                ]
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


def _row(run: int, call: CallRecord, artifacts: Rows) -> tuple[Any, ...]:
    return (
        run,
        call.position,
        call.path,
        call.task,
        call.status,
        call.decision,
        call.reason_code,
        call.reason,
        call.started,
        call.seconds,
        call.saved,
        call.key,
        pack_components(call.components),
        *((None, None) if call.artifact is None else artifacts.add(call.artifact)),
        pack_call_details(call),
        len(call.metrics),
        len(call.figures),
    )


def _metric_rows(run: int, call: CallRecord) -> list[tuple[Any, ...]]:
    last = set(standing(call.metrics).values())
    return [
        (run, call.position, n, metric.name, metric.value, metric.step, n in last)
        for n, metric in enumerate(call.metrics)
    ]


def metric_value(stored: float | None) -> float:
    """SQLite keeps no not-a-number: it is null there."""
    return math.nan if stored is None else stored


def read_calls(database: Database, rows: Sequence[tuple[Any, ...]]) -> list[CallRecord]:
    """The calls of these rows, without their logs, in a transaction of the caller's."""
    metrics = _read_metrics(database, [row[:2] for row in rows if row[16]])
    figures = _read_figures(database, [row[:2] for row in rows if row[17]])
    references = [(row[13], row[14]) for row in rows if row[13] is not None]
    references += [reference for found in figures.values() for _, reference in found]
    artifacts = read_artifacts(database, references)
    calls = []
    for row in rows:
        place = row[:2]
        artifact = None if row[13] is None else known(database, artifacts, row[13])
        pictures = [
            Figure(name, known(database, artifacts, digest)) for name, (digest, _) in figures.get(place, ())
        ]
        calls.append(_call(row, artifact, tuple(metrics.get(place, ())), tuple(pictures)))
    return calls


def _read_metrics(database: Database, places: list[_Place]) -> dict[_Place, list[Metric]]:
    metrics: dict[_Place, list[Metric]] = {}
    for run, position, name, value, step in database.each(_READ_METRICS, places):
        metrics.setdefault((run, position), []).append(Metric(name, metric_value(value), step))
    return metrics


def _read_figures(database: Database, places: list[_Place]) -> dict[_Place, list[tuple[str, Reference]]]:
    figures: dict[_Place, list[tuple[str, Reference]]] = {}
    for run, position, name, artifact, value in database.each(_READ_FIGURES, places):
        figures.setdefault((run, position), []).append((name, (artifact, value)))
    return figures


def _call(
    row: tuple[Any, ...],
    artifact: Artifact | None,
    metrics: tuple[Metric, ...],
    figures: tuple[Figure, ...],
) -> CallRecord:
    details = read_call_details(row[15])
    fields: tuple[Any, ...] = (
        *row[1:12],
        read_components(row[12]),
        artifact,
        details.outputs,
        metrics,
        figures,
        (),  # logs are read on their own
        details.failure,
        details.doubts,
        details.made_by,
    )
    return CallRecord(*fields)


def read_logs(database: Database, run: int, position: int) -> tuple[LogChunk, ...]:
    """What a call wrote, in a transaction of the caller's."""
    return tuple([LogChunk(*row) for row in database.execute(_READ_LOGS, (run, position))])
