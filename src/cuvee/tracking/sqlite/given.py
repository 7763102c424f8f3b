"""Values given to a run's calls, in SQLite: those that no text tells whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.tracking.sqlite.artifacts import keep_artifacts, known, read_artifacts
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.trees import Rows

_KEEP = "INSERT INTO run_given (run, artifact, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_READ = "SELECT artifact, value FROM run_given WHERE run = ?"


def keep_given(database: Database, run: int, artifacts: Iterable[Artifact]) -> None:
    """Note what calls of a run were given, in a transaction of the caller's."""
    rows = Rows()
    given = [(run, *rows.add(artifact)) for artifact in artifacts]
    keep_artifacts(database, rows)
    database.each(_KEEP, given)


def read_given(database: Database, run: int) -> tuple[Artifact, ...]:
    """What calls of a run were given, in a transaction of the caller's."""
    references: list[Any] = database.execute(_READ, (run,)).fetchall()
    artifacts = read_artifacts(database, references)
    return tuple(known(database, artifacts, digest) for digest, _ in references)
