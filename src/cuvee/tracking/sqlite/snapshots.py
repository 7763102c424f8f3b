"""Snapshots in SQLite: which source a run ran with."""

from __future__ import annotations

from cuvee.model.snapshot import Snapshot
from cuvee.tracking.sqlite.artifacts import keep_artifacts, known, read_artifacts
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.forms import Form
from cuvee.tracking.sqlite.trees import Rows
from cuvee.tracking.sqlite.wire import encode

_STANDS = "SELECT 1 FROM artifact WHERE digest = ?"
_KEEP = "INSERT OR REPLACE INTO run_snapshot (run, artifact, left_out) VALUES (?, ?, ?)"
_READ = "SELECT artifact, left_out FROM run_snapshot WHERE run = ?"

_left_out = Form(tuple[tuple[str, str], ...])


def keep_snapshot(database: Database, run: int, snapshot: Snapshot) -> None:
    """Note the source of a run, in a transaction of the caller's."""
    digest = snapshot.files.digest
    if database.execute(_STANDS, (digest,)).fetchone() is None:
        rows = Rows()
        rows.add(snapshot.files)
        keep_artifacts(database, rows)
    database.execute(_KEEP, (run, digest, encode(snapshot.left_out)))


def read_snapshot(database: Database, run: int) -> Snapshot | None:
    """The source of a run, in a transaction of the caller's."""
    row = database.execute(_READ, (run,)).fetchone()
    if row is None:
        return None
    digest, left_out = row
    files = known(database, read_artifacts(database, [(digest, None)]), digest)
    return Snapshot(files, _left_out.decode(left_out))
