"""Runs, read from their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_text
from cuvee.model.record import Argued, RunEnd, RunRecord, RunStart, Tag, Versions
from cuvee.tracking.metrics import run_metrics
from cuvee.tracking.sqlite.artifacts import known, read_artifacts
from cuvee.tracking.sqlite.calls import metric_value
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged
from cuvee.tracking.sqlite.results import SHAPE, Shape, build_result, references_of
from cuvee.tracking.sqlite.seals import seal, start_seal
from cuvee.tracking.sqlite.tags import read_tags
from cuvee.tracking.sqlite.wire import read_git, read_mixed, read_overrides, read_swaps, read_versions

SELECT_RUN = """
SELECT number, pipeline, target, started, host, pid, boot, versions, status, seconds, saved, error,
       git, result, seed, start_seal, end_seal, note, swaps, overrides, mixed
FROM run
"""
"""The rows that `read_runs` takes; a condition follows."""

# A run's parameters in order.
_READ_PARAMETERS = (
    "SELECT run, name, text, artifact, value FROM run_parameter WHERE run = ? ORDER BY position"
)

_READ_VERSIONS = "SELECT digest, body FROM versions WHERE digest = ?"

# The metrics that stand at the end of a run's calls, in the order of tracing and logging. Without
# being told, SQLite would read all steps of every curve.
_READ_METRICS = """
SELECT metric.run, call.path, metric.name, metric.value
FROM metric INDEXED BY metric_last JOIN call ON call.run = metric.run AND call.position = metric.position
WHERE metric.run = ? AND metric.last = 1 ORDER BY metric.position, metric.ordinal
"""


def read_runs(database: Database, rows: Sequence[tuple[Any, ...]]) -> list[RunRecord]:
    """The runs of these rows, in a transaction of the caller's."""
    numbers = [(row[0],) for row in rows]
    parameters: dict[int, list[tuple[str, str, Digest | None, bytes | None]]] = {}
    for run, *parameter in database.each(_READ_PARAMETERS, numbers):
        parameters.setdefault(run, []).append(tuple(parameter))
    metrics: dict[int, list[tuple[str, str, float]]] = {}
    for run, path, name, value in database.each(_READ_METRICS, numbers):
        metrics.setdefault(run, []).append((path, name, metric_value(value)))
    versions = _read_versions(database, {row[7] for row in rows})
    shapes = {row[0]: SHAPE.decode(row[13]) for row in rows if row[13] is not None}
    references = [(digest, value) for given in parameters.values() for _, _, digest, value in given if digest]
    references += [reference for shape in shapes.values() for reference in references_of(shape)]
    artifact_of = partial(known, database, read_artifacts(database, references))
    tags: dict[int | None, list[Tag]] = {}
    for tag in read_tags(database):
        tags.setdefault(tag.run, []).append(tag)
    runs = []
    for row in rows:
        _check_seals(database, row, parameters.get(row[0], ()))
        given = tuple(
            Argued(name, text, None if digest is None else artifact_of(digest))
            for name, text, digest, _ in parameters.get(row[0], ())
        )
        circumstances = (versions[row[7]], row[4], row[5], row[6], row[14], read_swaps(row[18]))
        set_and_mixed = (read_overrides(row[19]), read_mixed(row[20]))
        start = RunStart(row[1], row[2], row[3], given, *circumstances, *set_and_mixed)
        end = _end(row, shapes.get(row[0]), artifact_of)
        named = tuple(tags.get(row[0], ()))
        runs.append(RunRecord(row[0], start, end, run_metrics(metrics.get(row[0], ())), named, row[17] or ""))
    return runs


def _check_seals(
    database: Database, row: tuple[Any, ...], parameters: Sequence[tuple[str, str, Digest | None, Any]]
) -> None:
    named = [parameter[:3] for parameter in parameters]
    ended = row[13] is not None or row[8] is not None
    # Runs from before there were seals have none.
    whole = row[15] in (None, start_seal(*row[:8], row[14], named, more=row[18:21]))
    whole = whole and (not ended or row[16] in (None, seal(row[0], *row[8:14])))
    if not whole:
        raise damaged(database.path, f"run {row[0]} is not as it was written")


def _read_versions(database: Database, digests: set[Digest]) -> dict[Digest, Versions]:
    rows = database.each(_READ_VERSIONS, [(digest,) for digest in digests])
    found = {digest: read_versions(body) for digest, body in rows}
    for digest in digests - found.keys():
        raise damaged(database.path, f"the versions {digest_text(digest)} of a run are gone")
    return found


def _end(
    row: tuple[Any, ...], shape: Shape | None, artifact_of: Callable[[Digest], Artifact]
) -> RunEnd | None:
    if shape is None:
        return None
    status, seconds, saved, error, git = row[8:13]
    return RunEnd(status, seconds, saved, build_result(shape, artifact_of), read_git(git), error)
