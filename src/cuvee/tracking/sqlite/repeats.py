"""Repeats in SQLite: runs whose calls are all those of an earlier run, each reused.

Such a run keeps no calls of its own: it names that run, its *original*, and its calls are read from there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cuvee.model.digest import Digest
from cuvee.model.graph import GraphPrint
from cuvee.model.record import CallRecord
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged
from cuvee.tracking.sqlite.seals import seal

_FIND_GRAPH = "SELECT run, calls, seal FROM graph WHERE digest = ?"
_KEEP_GRAPH = "INSERT OR REPLACE INTO graph (digest, run, calls, seal) VALUES (?, ?, ?, ?)"

_FIND = "SELECT run, of, at, seal FROM repeat WHERE run = ?"
_ALL = "SELECT run, of, at, seal FROM repeat ORDER BY run"
_OF = "SELECT run, of, at, seal FROM repeat WHERE of = ? ORDER BY run DESC"

# Of each original the last repeat before a run, if that is after another. Of originals there are few, each a
# step through the index; of repeats there may be any number.
_LAST = """
WITH RECURSIVE original (of) AS (
    SELECT min(of) FROM repeat UNION ALL
    SELECT (SELECT min(of) FROM repeat WHERE of > original.of) FROM original WHERE of IS NOT NULL
)
SELECT last.run, last.of, last.at, last.seal FROM original CROSS JOIN repeat AS last
ON last.run = (SELECT max(run) FROM repeat WHERE of = original.of AND run < ?2) WHERE last.run > ?1
"""
_KEEP = "INSERT OR REPLACE INTO repeat (run, of, at, seal) VALUES (?, ?, ?, ?)"

_ANY = (1 << 63) - 1


class Repeat(NamedTuple):
    """A run whose calls are those of `of`, all of which were found to be there `at` some time."""

    run: int
    of: int
    at: float

    def call(self, original: CallRecord) -> CallRecord:
        """A call of the original as this run has it."""
        from cuvee.engine.records import repeated_record  # few read what a run was that repeats another

        return repeated_record(original, self.of, self.at)


def keep_graph(database: Database, run: int, graph: Digest, calls: int) -> None:
    """Note that a run's calls are those of a graph, in a transaction of the caller's."""
    database.execute(_KEEP_GRAPH, (graph, run, calls, seal(graph, run, calls)))


def find_graph(database: Database, graph: GraphPrint) -> int | None:
    """The last run that has kept calls of a graph, in a transaction of the caller's. None if that is not on
    record as it was written, or is of another number of calls."""
    row = database.execute(_FIND_GRAPH, (graph.digest,)).fetchone()
    if row is None or row[1] != graph.calls or row[2] != seal(graph.digest, row[0], row[1]):
        return None
    return int(row[0])


def keep_repeat(database: Database, repeat: Repeat) -> None:
    """Note what a run repeats, in a transaction of the caller's."""
    database.execute(_KEEP, (*repeat, seal(*repeat)))


def find_repeat(database: Database, run: int) -> Repeat | None:
    """What the run repeats, in a transaction of the caller's; None for a run with calls of its own."""
    row = database.execute(_FIND, (run,)).fetchone()
    return None if row is None else _whole(database, row)


def repeats_of(database: Database, original: int) -> list[Repeat]:
    """The runs that repeat this one, the last first, in a transaction of the caller's."""
    return [_whole(database, row) for row in database.execute(_OF, (original,))]


def last_repeats(database: Database, after: int, before: int = _ANY) -> list[Repeat]:
    """Of each original the last run that repeats it, of those between two runs, the last of them all first;
    but for what is not as it was written. In a transaction of the caller's."""
    rows = sorted(database.execute(_LAST, (after, before)), reverse=True)
    return [Repeat(*row[:3]) for row in rows if seal(*row[:3]) == row[3]]


def altered_repeats(database: Database) -> frozenset[int]:
    """The runs that repeat another, and of which that is not on record as it was written."""
    return frozenset(row[0] for row in database.execute(_ALL) if seal(*row[:3]) != row[3])


def _whole(database: Database, row: tuple[Any, ...]) -> Repeat:
    if seal(*row[:3]) != row[3]:
        raise damaged(database.path, f"which calls run {row[0]} had is not as it was written")
    return Repeat(*row[:3])
