"""The ledger of runs in SQLite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from cuvee.errors import RecordsFault
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.footing import Footing
from cuvee.model.graph import GraphPrint
from cuvee.model.key import Ledger
from cuvee.model.record import Batch, RunEnd, RunStart, Tag
from cuvee.model.snapshot import Snapshot
from cuvee.ports.ledger import never
from cuvee.tracking.sqlite.absent import Absent
from cuvee.tracking.sqlite.artifacts import keep_artifacts
from cuvee.tracking.sqlite.calls import CallRows
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.entries import EntryRows, drop_entries
from cuvee.tracking.sqlite.given import keep_given
from cuvee.tracking.sqlite.profiles import keep_profiles, profile_rows
from cuvee.tracking.sqlite.repeats import Repeat, find_graph, keep_graph
from cuvee.tracking.sqlite.results import pack_result
from cuvee.tracking.sqlite.seals import real, seal, start_seal
from cuvee.tracking.sqlite.snapshots import keep_snapshot
from cuvee.tracking.sqlite.tags import move_tag
from cuvee.tracking.sqlite.trees import Rows
from cuvee.tracking.sqlite.wire import encode, legible, pack_doubts, pack_items, pack_source, pack_swaps

# A new run, with the next number.
_BEGIN = """
INSERT INTO run (pipeline, target, started, host, pid, boot, versions, seed, swaps, overrides, mixed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SEAL_START = "UPDATE run SET start_seal = ? WHERE number = ?"
_KEEP_VERSIONS = "INSERT INTO versions (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING"
_KEEP_PARAMETER = (
    "INSERT INTO run_parameter (run, position, name, text, artifact, value) VALUES (?, ?, ?, ?, ?, ?)"
)

# Whether a run is on record.
_RUN_EXISTS = "SELECT 1 FROM run WHERE number = ?"

# Whether a ledger is; and keep one that is not.
_LEDGER_EXISTS = "SELECT 1 FROM ledger WHERE digest = ?"
_KEEP_LEDGER = "INSERT INTO ledger (digest, kind, items, doubts) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_KEEP_RUN_LEDGER = "INSERT INTO run_ledger (run, ledger) VALUES (?, ?) ON CONFLICT DO NOTHING"

# Keep a source text.
_KEEP_SOURCE = "INSERT INTO source (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING"

# The end of a run.
_END = """
UPDATE run SET status = ?, seconds = ?, saved = ?, error = ?, git = ?, result = ?, end_seal = ?
WHERE number = ?
"""
_NOTE = "UPDATE run SET note = ? WHERE number = ?"
_FORGET_RESULT = "DELETE FROM run_result WHERE run = ?"
_KEEP_RESULT = "INSERT INTO run_result (run, artifact) VALUES (?, ?) ON CONFLICT DO NOTHING"


_Given = TypeVar("_Given")
_Written = TypeVar("_Written")


class SQLiteLedger:
    """`RunLedger` in the database. `synced`: blobs are on disk before entries that name them come here."""

    def __init__(self, database: Database, absent: Absent, *, synced: bool) -> None:
        self._database = database
        self._absent = absent
        self._synced = synced

    def begin(self, start: RunStart) -> int:
        return _fit(self._begin, start)

    def commit(self, run: int, batch: Batch) -> None:
        _fit(partial(self._commit, run), batch)

    def keep_graph(self, run: int, graph: GraphPrint) -> None:
        with self._database.writing(f"note the graph of run {run}"):
            self._check_run(run)
            keep_graph(self._database, run, graph.digest, graph.calls)

    def repeat(
        self, run: int, graph: GraphPrint, now: float, stopped: Callable[[], bool] = never
    ) -> float | None:
        database = self._database
        with database.reading("look for a run with these calls"):
            if find_graph(database, graph) is None:
                return None
            from cuvee.tracking.sqlite.originals import find_original, keep_as_repeat  # most graphs are new

            found = find_original(database, graph, stopped)
        if found is None:
            return None
        of, saved = found
        with database.writing(f"note what run {run} repeats"):
            self._check_run(run)
            return saved if keep_as_repeat(database, Repeat(run, of, real(now)), graph) else None

    def end(self, run: int, end: RunEnd) -> None:
        _fit(partial(self._end, run), end)

    def keep_snapshot(self, run: int, snapshot: Snapshot) -> None:
        with self._database.writing(f"keep the source of run {run}"):
            self._check_run(run)
            keep_snapshot(self._database, run, snapshot)

    def keep_given(self, run: int, artifacts: Sequence[Artifact]) -> None:
        with self._database.writing(f"keep what calls of run {run} are given"):
            self._check_run(run)
            keep_given(self._database, run, artifacts)

    def tag(self, tag: Tag) -> None:
        with self._database.writing(f"tag {tag.name}"):
            if tag.run is not None:
                self._check_run(tag.run)
            move_tag(self._database, tag)

    def note(self, run: int, text: str) -> None:
        with self._database.writing(f"keep a note on run {run}"):
            self._check_run(run)
            self._database.execute(_NOTE, (text or None, run))

    def stand(self, command: Digest, footing: Footing) -> None:
        from cuvee.tracking.sqlite.footings import keep_footing  # only the command asks

        with self._database.writing(f"note what run {footing.run} stood on"):
            self._check_run(footing.run)
            keep_footing(self._database, command, footing)

    def _begin(self, start: RunStart) -> int:
        artifacts = Rows()
        parameters = [
            (
                n,
                given.name,
                given.text,
                *((None, None) if given.artifact is None else artifacts.add(given.artifact)),
            )
            for n, given in enumerate(start.parameters)
        ]
        body = encode(start.versions)
        versions = digest_bytes(body)
        row = (
            start.pipeline,
            start.target,
            real(start.started),
            start.host,
            start.pid,
            start.boot,
            versions,
            start.seed,
        )
        more = (
            pack_swaps(start.swaps),
            *(encode(each) if each else None for each in (start.overrides, start.mixed)),
        )
        with self._database.writing("begin a run"):
            keep_artifacts(self._database, artifacts)
            self._database.execute(_KEEP_VERSIONS, (versions, body))
            self._database.execute(_BEGIN, (*row, *more))
            run = self._database.last_row()
            self._database.each(_KEEP_PARAMETER, [(run, *parameter) for parameter in parameters])
            named = [parameter[1:4] for parameter in parameters]
            self._database.execute(_SEAL_START, (start_seal(run, *row, named, more=more), run))
        return run

    def _commit(self, run: int, batch: Batch) -> None:
        artifacts = Rows()
        entries = EntryRows(batch.entries, artifacts, synced=self._synced)
        calls = CallRows(run, batch.calls, artifacts)
        sources = [(digest, pack_source(text)) for digest, text in batch.sources]
        profiles = profile_rows(batch.profiles)
        with self._database.writing(f"write calls of run {run}"):
            self._check_run(run)
            keep_artifacts(self._database, artifacts)
            drop_entries(self._database, batch.dropped)
            with self._absent.writing() as sift:
                entries.keep(self._database, sift)
            calls.keep(self._database)
            for kind, ledger in batch.ledgers:
                self._keep_ledger(run, kind, ledger)
            self._database.each(_KEEP_SOURCE, sources)
            keep_profiles(self._database, profiles)

    def _keep_ledger(self, run: int, kind: str, ledger: Ledger) -> None:
        if self._database.execute(_LEDGER_EXISTS, (ledger.digest,)).fetchone() is None:
            row = (ledger.digest, kind, pack_items(ledger), pack_doubts(ledger))
            self._database.execute(_KEEP_LEDGER, row)
        self._database.execute(_KEEP_RUN_LEDGER, (run, ledger.digest))

    def _end(self, run: int, end: RunEnd) -> None:
        artifacts = Rows()
        named: list[Digest] = []
        result = encode(pack_result(end.result, artifacts, named))
        git = None if end.git is None else encode(end.git)
        told = (end.status, real(end.seconds), real(end.saved_seconds), end.error, git, result)
        row: tuple[Any, ...] = (*told, seal(run, *told), run)
        with self._database.writing(f"end run {run}"):
            self._check_run(run)
            keep_artifacts(self._database, artifacts)
            self._database.execute(_END, row)
            self._database.execute(_FORGET_RESULT, (run,))
            self._database.each(_KEEP_RESULT, [(run, digest) for digest in named])

    def _check_run(self, run: int) -> None:
        if self._database.execute(_RUN_EXISTS, (run,)).fetchone() is None:
            raise RecordsFault(
                f"Run {run} is not on record in {self._database.path}: it was deleted while it went on. "
                "Run it again: what it had committed is reused."
            )


def _fit(write: Callable[[_Given], _Written], given: _Given) -> _Written:
    """Write what was given; if a text in it cannot be kept as it is, then as people can read it."""
    try:
        return write(given)
    except UnicodeEncodeError:
        return write(legible(given))
    except OverflowError as error:
        raise RecordsFault(
            f"A whole number does not fit into the records ({error}): it has to have at most 64 bits. "
            "Is it the step of a metric?"
        ) from error
