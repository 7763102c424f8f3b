"""Holdings in SQLite: what is on record, seen as what takes room, and its removal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cuvee.model.digest import Digest
from cuvee.model.inventory import Inventory, KeptEntry, KeptRun, RecordProblem, StoredArtifact, Use
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.tags import CURRENT_TAGS

# Runs, and whether somebody has named them.
_RUNS = f"""
SELECT number, pipeline, started, status IS NOT NULL, host, pid, boot,
       note IS NOT NULL OR number IN (SELECT run FROM ({CURRENT_TAGS})), mixed IS NOT NULL
FROM run ORDER BY number
"""  # noqa: S608 - no value in it

# Entries, and the runs that made or reused each.
_ENTRIES = "SELECT id, task, max(created, used) FROM entry"
_USERS = """
WITH used AS (
    SELECT run, key, artifact FROM call
    UNION ALL SELECT repeat.run, key, artifact FROM repeat JOIN call ON call.run = repeat.of
)
SELECT DISTINCT entry.id, used.run FROM used CROSS JOIN entry
ON substr(entry.key, 2, 5) = substr(used.key, 2, 5)
AND entry.key = used.key AND entry.artifact = used.artifact
"""

# What holds values that have rows of their own.
_RUN_USES = """
SELECT DISTINCT artifact, task, run FROM call WHERE artifact IS NOT NULL AND value IS NULL
UNION SELECT call_figure.artifact, task, call.run FROM call_figure JOIN call USING (run, position)
      WHERE call_figure.value IS NULL
UNION SELECT artifact, '', run FROM run_parameter WHERE artifact IS NOT NULL AND value IS NULL
UNION SELECT artifact, '', run FROM run_given WHERE value IS NULL
UNION SELECT artifact, '', run FROM run_result
UNION SELECT artifact, '(source)', run FROM run_snapshot
"""
_ENTRY_USES = """
SELECT artifact, task, id FROM entry WHERE value IS NULL
UNION SELECT entry_figure.artifact, task, entry FROM entry_figure JOIN entry ON entry = id
      WHERE entry_figure.value IS NULL
"""

_ARTIFACTS = "SELECT digest, type FROM artifact"
_CHILDREN = "SELECT parent, child FROM artifact_child"
_BLOBS_OF = "SELECT artifact, blob, size FROM artifact_blob"
_NAMED = "SELECT blob FROM artifact_blob WHERE blob = ? LIMIT 1"
_BLOBS = "SELECT DISTINCT blob, size FROM artifact_blob"

# Remember when the runs that go had used the entries that stay.
_REMEMBER_USE = """
UPDATE entry SET used = max(used, found.started) FROM (
    SELECT call.key, call.artifact, run.started
    FROM run LEFT JOIN repeat ON repeat.run = run.number
    JOIN call ON call.run = coalesce(repeat.of, run.number)
    WHERE run.number = ? GROUP BY call.key, call.artifact
) AS found
WHERE substr(entry.key, 2, 5) = substr(found.key, 2, 5)
AND entry.key = found.key AND entry.artifact = found.artifact
"""
_DELETE_RUN = "DELETE FROM run WHERE number = ?"
_DELETE_ENTRY = "DELETE FROM entry WHERE id = ?"

# The entries and calls whose values need a blob.
_NAMING = """
CREATE TEMP TABLE wanting (artifact BLOB PRIMARY KEY) WITHOUT ROWID;
INSERT INTO wanting
WITH RECURSIVE above (artifact) AS (
    SELECT artifact FROM artifact_blob WHERE blob IN wanted
    UNION SELECT parent FROM above JOIN artifact_child ON child = above.artifact
) SELECT artifact FROM above;
"""
_ENTRIES_WANTING = """
SELECT id FROM entry WHERE artifact IN wanting
UNION SELECT entry FROM entry_figure WHERE artifact IN wanting
"""
_CALLS_WANTING = """
SELECT run, path FROM call WHERE artifact IN wanting
UNION SELECT call.run, path FROM call_figure JOIN call USING (run, position)
      WHERE call_figure.artifact IN wanting
ORDER BY run, path
"""

# Less than this is not worth writing the whole database anew.
_WORTH_BYTES, _WORTH_SHARE = 1 << 20, 0.1


class SQLiteHoldings:
    """`Holdings` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def inventory(self) -> Inventory:
        database = self._database
        with database.reading("see what is on record"):
            users: dict[int, list[int]] = {}
            for entry, run in database.execute(_USERS):
                users.setdefault(entry, []).append(run)
            entries = [
                KeptEntry(id_, task, used, tuple(users.get(id_, ())))
                for id_, task, used in database.execute(_ENTRIES)
            ]
            runs = [_run(*row) for row in database.execute(_RUNS)]
            uses = [Use(artifact, task, run=run) for artifact, task, run in database.execute(_RUN_USES)]
            uses += [Use(artifact, task, entry=id_) for artifact, task, id_ in database.execute(_ENTRY_USES)]
            return Inventory(tuple(runs), tuple(entries), tuple(uses), self._artifacts())

    def _artifacts(self) -> dict[Digest, StoredArtifact]:
        children: dict[Digest, list[Digest]] = {}
        for parent, child in self._database.execute(_CHILDREN):
            children.setdefault(parent, []).append(child)
        blobs: dict[Digest, list[tuple[Digest, int]]] = {}
        for artifact, blob, size in self._database.execute(_BLOBS_OF):
            blobs.setdefault(artifact, []).append((blob, size))
        return {
            digest: StoredArtifact(type_, tuple(children.get(digest, ())), tuple(blobs.get(digest, ())))
            for digest, type_ in self._database.execute(_ARTIFACTS)
        }

    def blobs(self) -> dict[Digest, int]:
        with self._database.reading("see which blobs are named"):
            return dict(self._database.execute(_BLOBS))

    def named(self, blobs: Sequence[Digest]) -> set[Digest]:
        with self._database.reading("see which blobs are named"):
            return {blob for (blob,) in self._database.each(_NAMED, [(blob,) for blob in blobs])}

    def open_runs(self) -> tuple[KeptRun, ...]:
        with self._database.reading("see which runs go on"):
            return tuple(_run(*row) for row in self._database.execute(_RUNS) if not row[3])

    def remove(self, runs: Sequence[int], entries: Sequence[int]) -> None:
        from cuvee.tracking.sqlite.heirs import hand_over  # few processes delete
        from cuvee.tracking.sqlite.sweep import sweep

        with self._database.writing("delete what is not needed"):
            self._database.each(_REMEMBER_USE, [(run,) for run in runs])
            hand_over(self._database, runs)
            self._database.each(_DELETE_RUN, [(run,) for run in runs])
            self._database.each(_DELETE_ENTRY, [(entry,) for entry in entries])
            sweep(self._database)

    def compact(self) -> int:
        with self._database.faults("give space back"):
            free, pages, size = map(self._pragma, ("freelist_count", "page_count", "page_size"))
            if free * size < _WORTH_BYTES or free < pages * _WORTH_SHARE:
                return 0
            self._database.script("VACUUM")
            self._database.script("PRAGMA wal_checkpoint(TRUNCATE)")
            return (pages - self._pragma("page_count")) * size

    def _pragma(self, name: str) -> int:
        ((number,),) = self._database.execute(f"PRAGMA {name}")
        return int(number)

    def problems(self) -> Iterator[RecordProblem | int]:
        from cuvee.tracking.sqlite.inspection import find_problems  # few processes look for damage

        return find_problems(self._database)

    def naming(self, blobs: Iterable[Digest]) -> tuple[list[int], list[tuple[int, str]]]:
        database = self._database
        with database.reading("see who needs blobs"):  # its temporary tables go with it
            database.script("CREATE TEMP TABLE wanted (blob BLOB PRIMARY KEY) WITHOUT ROWID")
            database.each("INSERT INTO wanted VALUES (?)", [(blob,) for blob in blobs])
            database.script(_NAMING)
            entries = [id_ for (id_,) in database.execute(_ENTRIES_WANTING)]
            return entries, list(database.execute(_CALLS_WANTING))

    def repair(self, problems: Sequence[RecordProblem]) -> None:
        from cuvee.tracking.sqlite.inspection import repair  # as for `problems`

        with self._database.writing("repair the records"):
            repair(self._database, problems)


def _run(
    number: int,
    pipeline: str,
    started: float,
    ended: int,
    host: str,
    pid: int,
    boot: str,
    named: int,
    mixed: int,
) -> KeptRun:
    return KeptRun(number, pipeline, started, bool(ended), host, pid, boot, bool(named), bool(mixed))
