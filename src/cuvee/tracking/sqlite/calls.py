"""Calls as rows: a run's calls with their metrics, figures and logs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.entry import Figure, Metric
from cuvee.model.order import LogChunk
from cuvee.model.record import CallRecord
from cuvee.tracking.metrics import standing
from cuvee.tracking.sqlite.artifacts import read_artifacts
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.trees import Rows
from cuvee.tracking.sqlite.wire import (
    pack_call_details,
    pack_components,
    read_call_details,
    read_components,
)

# Keep a call; one of that position goes, with all that hangs on it.
_KEEP_CALL = """
INSERT OR REPLACE INTO call (run, position, path, task, status, decision, reason_code, reason,
                             started, seconds, saved, key, components, artifact, details)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KEEP_METRIC = (
    "INSERT INTO metric (run, position, ordinal, name, value, step, last) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_KEEP_FIGURE = "INSERT INTO call_figure (run, position, ordinal, name, artifact) VALUES (?, ?, ?, ?, ?)"
_KEEP_LOG = "INSERT INTO log (run, position, ordinal, stream, at, text) VALUES (?, ?, ?, ?, ?, ?)"

SELECT_CALL = """
SELECT run, position, path, task, status, decision, reason_code, reason,
       started, seconds, saved, key, components, artifact, details
FROM call
"""
"""The rows that `read_calls` takes; a condition follows."""

# What hangs on a call, in order.
_READ_METRICS = (
    "SELECT run, position, name, value, step FROM metric WHERE run = ? AND position = ? ORDER BY ordinal"
)
_READ_FIGURES = (
    "SELECT run, position, name, artifact FROM call_figure WHERE run = ? AND position = ? ORDER BY ordinal"
)
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
                    (run, call.position, n, figure.name, artifacts.add(figure.artifact))
                    for n, figure in enumerate(call.figures)
                ]
            if call.logs or call.position in self._logs:
                self._logs[call.position] = [
                    (run, call.position, n, chunk.stream, chunk.at, chunk.text)
                    for n, chunk in enumerate(call.logs)
                ]

    def keep(self, database: Database) -> None:
        """Write them, in a transaction of the caller's."""
        database.each(_KEEP_CALL, self._calls.values())
        for sql, rows in (
            (_KEEP_METRIC, self._metrics),
            (_KEEP_FIGURE, self._figures),
            (_KEEP_LOG, self._logs),
        ):
            if rows:
                database.each(sql, [row for known in rows.values() for row in known])


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
        None if call.artifact is None else artifacts.add(call.artifact),
        pack_call_details(call),
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
    places = [(row[0], row[1]) for row in rows]
    metrics: dict[_Place, list[Metric]] = {}
    for run, position, name, value, step in database.each(_READ_METRICS, places):
        metrics.setdefault((run, position), []).append(Metric(name, metric_value(value), step))
    figures: dict[_Place, list[tuple[str, Digest]]] = {}
    for run, position, name, artifact in database.each(_READ_FIGURES, places):
        figures.setdefault((run, position), []).append((name, artifact))
    digests = [row[13] for row in rows if row[13] is not None]
    digests += [artifact for known in figures.values() for _, artifact in known]
    artifacts = read_artifacts(database, digests)
    calls = []
    for place, row in zip(places, rows, strict=True):
        logged = tuple(metrics.get(place, ()))
        pictures = tuple([Figure(name, artifacts[digest]) for name, digest in figures.get(place, ())])
        calls.append(_call(row, None if row[13] is None else artifacts[row[13]], logged, pictures))
    return calls


def _call(
    row: tuple[Any, ...],
    artifact: Artifact | None,
    metrics: tuple[Metric, ...],
    figures: tuple[Figure, ...],
) -> CallRecord:
    (
        _,
        position,
        path,
        task,
        status,
        decision,
        code,
        reason,
        started,
        seconds,
        saved,
        key,
        components,
        _,
        body,
    ) = row
    details = read_call_details(body)
    return CallRecord(
        position,
        path,
        task,
        status,
        decision,
        code,
        reason,
        started,
        seconds,
        saved,
        key,
        read_components(components),
        artifact,
        details.outputs,
        metrics,
        figures,
        (),
        details.failure,
        details.doubts,
        details.made_by,
    )


def read_logs(database: Database, run: int, position: int) -> tuple[LogChunk, ...]:
    """What a call wrote, in a transaction of the caller's."""
    return tuple([LogChunk(*row) for row in database.execute(_READ_LOGS, (run, position))])
