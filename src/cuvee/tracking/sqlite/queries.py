"""Queries in SQLite: what is read of runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.footing import Footing
from cuvee.model.key import Ledger
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord, RunRecord, Tag
from cuvee.model.snapshot import Snapshot
from cuvee.tracking.sqlite.calls import SELECT_CALL, read_calls, read_logs
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.given import read_given
from cuvee.tracking.sqlite.latest import AT_PATH, LATEST, before, latest
from cuvee.tracking.sqlite.profiles import read_profile
from cuvee.tracking.sqlite.repeats import find_repeat
from cuvee.tracking.sqlite.runs import SELECT_RUN, read_runs
from cuvee.tracking.sqlite.snapshots import read_snapshot
from cuvee.tracking.sqlite.tags import read_moves, read_tags
from cuvee.tracking.sqlite.wire import read_ledger, read_source

# Runs, newest first; a limit of -1 is none.
_RUNS = SELECT_RUN + "WHERE (mixed IS NULL OR ?) ORDER BY number DESC LIMIT ?"
_RUNS_OF_PIPELINE = SELECT_RUN + "WHERE pipeline = ? AND (mixed IS NULL OR ?) ORDER BY number DESC LIMIT ?"
_RUN = SELECT_RUN + "WHERE number = ?"

# A run's calls in the order of tracing.
_CALLS = SELECT_CALL + "WHERE run = ? AND position > ? ORDER BY position LIMIT ?"
_CALL_AT = SELECT_CALL + "WHERE run = ? AND position = ?"

# A run's call at a path. The index has the task first: there are few, and each is a step through it.
_CALL = f"""
WITH RECURSIVE used (task) AS (
    SELECT min(task) FROM call UNION ALL
    SELECT (SELECT min(task) FROM call WHERE task > used.task) FROM used WHERE task IS NOT NULL
) {SELECT_CALL} WHERE task IN used AND {AT_PATH} AND run = ?1
"""  # noqa: S608 - no value in it

# Whether a call of a task has ended at all.
_HAS_ENDED = """
SELECT 1 FROM call INDEXED BY call_by_use WHERE task = ? AND status IN ('succeeded', 'failed') LIMIT 1
"""

_LEDGER = "SELECT digest, items, doubts FROM ledger WHERE digest = ?"


_KNOWN_LEDGER = "SELECT digest FROM ledger WHERE digest = ?"
_SOURCE = "SELECT digest, body FROM source WHERE digest = ?"


class SQLiteQueries:
    """`Queries` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(
        self, *, limit: int | None = None, pipeline: str | None = None, mixtures: bool = False
    ) -> tuple[RunRecord, ...]:
        most = -1 if limit is None else max(limit, 0)
        with self._database.reading("read the runs"):
            if pipeline is None:
                rows = self._database.execute(_RUNS, (mixtures, most)).fetchall()
            else:
                rows = self._database.execute(_RUNS_OF_PIPELINE, (pipeline, mixtures, most)).fetchall()
            return tuple(read_runs(self._database, rows))

    def run(self, number: int) -> RunRecord | None:
        with self._database.reading(f"read run {number}"):
            rows = self._database.execute(_RUN, (number,)).fetchall()
            return next(iter(read_runs(self._database, rows)), None)

    def snapshot(self, run: int) -> Snapshot | None:
        with self._database.reading(f"read the source of run {run}"):
            return read_snapshot(self._database, run)

    def given(self, run: int) -> tuple[Artifact, ...]:
        with self._database.reading(f"read what calls of run {run} were given"):
            return read_given(self._database, run)

    def calls(
        self, run: int, *, after: int | None = None, limit: int | None = None
    ) -> tuple[CallRecord, ...]:
        database = self._database
        wanted = (-1 if after is None else after, -1 if limit is None else limit)
        with database.reading(f"read the calls of run {run}"):
            repeat = find_repeat(database, run)
            keeper = run if repeat is None else repeat.of
            calls = read_calls(database, database.execute(_CALLS, (keeper, *wanted)).fetchall())
            return tuple(calls if repeat is None else map(repeat.call, calls))

    def results(self, run: int, positions: Collection[int]) -> dict[int, Artifact]:
        database = self._database
        with database.reading(f"read what calls of run {run} gave"):
            repeat = find_repeat(database, run)
            keeper = run if repeat is None else repeat.of
            rows = list(database.each(_CALL_AT, [(keeper, position) for position in positions]))
            given = {call.position: call.artifact for call in read_calls(database, rows)}
            return {position: artifact for position, artifact in given.items() if artifact is not None}

    def call(self, run: int, path: str) -> CallRecord | None:
        database = self._database
        with database.reading(f"read call {path!r} of run {run}"):
            repeat = find_repeat(database, run)
            rows = database.execute(_CALL, (run if repeat is None else repeat.of, path)).fetchall()
            if not rows:
                return None
            (call,) = read_calls(database, rows)
            if repeat is not None:
                return repeat.call(call)
            return msgspec.structs.replace(call, logs=read_logs(database, run, call.position))

    def latest_calls(self, uses: Sequence[tuple[str, str]]) -> dict[tuple[str, str], CallRecord]:
        doing = "read the latest calls"
        ids = self._database.ask(doing, LATEST, uses if len(uses) == 1 else list(dict.fromkeys(uses)))
        if not ids:
            return {}
        with self._database.reading(doing):
            return {(call.task, call.path): call for call in latest(self._database, ids)}

    def has_ended(self, task: str) -> bool:
        return bool(self._database.ask("read the latest calls", _HAS_ENDED, [(task,)]))

    def call_before(self, run: int, task: str, path: str) -> tuple[int, CallRecord] | None:
        with self._database.reading(f"read the call before {path!r} of run {run}"):
            return before(self._database, run, task, path)

    def profile(self, artifact: Digest) -> Profile | None:
        with self._database.reading("read a profile"):
            return read_profile(self._database, artifact)

    def tags(self) -> tuple[Tag, ...]:
        with self._database.reading("read the tags"):
            return read_tags(self._database)

    def tag_moves(self, name: str) -> tuple[Tag, ...]:
        with self._database.reading(f"read the moves of tag {name}"):
            return read_moves(self._database, name)

    def ledger(self, digest: Digest) -> Ledger | None:
        with self._database.reading("read a fingerprint"):
            row = self._database.execute(_LEDGER, (digest,)).fetchone()
            return None if row is None else read_ledger(*row)

    def known_ledgers(self, digests: Sequence[Digest]) -> frozenset[Digest]:
        with self._database.reading("look for fingerprints"):
            rows = self._database.each(_KNOWN_LEDGER, [(digest,) for digest in digests])
            return frozenset(digest for (digest,) in rows)

    def sources(self, digests: Sequence[Digest]) -> dict[Digest, str]:
        with self._database.reading("read sources"):
            rows = self._database.each(_SOURCE, [(digest,) for digest in digests])
            return {digest: read_source(body) for digest, body in rows}

    def footing(self, command: Digest) -> Footing | None:
        with self._database.reading("read what a run stood on"):
            from cuvee.tracking.sqlite.footings import read_footing  # only the command asks

            return read_footing(self._database, command)
