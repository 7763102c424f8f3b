"""Inspection: looking through all that is on record for what is not as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from cuvee.errors import RecordsFault
from cuvee.model.digest import Digest, digest_text
from cuvee.model.inventory import RecordProblem
from cuvee.tracking.sqlite.artifacts import read_artifacts
from cuvee.tracking.sqlite.calls import SELECT_CALL, read_whole_calls
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.entries import altered_entries
from cuvee.tracking.sqlite.heirs import hand_over
from cuvee.tracking.sqlite.repeats import altered_repeats
from cuvee.tracking.sqlite.runs import SELECT_RUN, read_runs

_MOST = 1000

_CHECK = "PRAGMA integrity_check"
_ORPHANS = 'SELECT DISTINCT "table", parent FROM pragma_foreign_key_check'
_ARTIFACTS = "SELECT digest FROM artifact"
_KEYS = "SELECT DISTINCT key FROM entry"
_RUNS = SELECT_RUN + "ORDER BY number"
_CALLS = "SELECT rowid FROM call ORDER BY run, position"
_CALL = SELECT_CALL + "WHERE rowid = ?"

# Take away what is not as it was written.
_REPAIRS = {
    "value": "DELETE FROM artifact WHERE digest = ?",
    "entry": "DELETE FROM entry WHERE id = ?",
    "call": "DELETE FROM call WHERE run = ? AND position = ?",
    "run": "DELETE FROM run WHERE number = ?",
}


def find_problems(database: Database) -> Iterator[RecordProblem | int]:
    """What is wrong in the database, and, between, how many things were looked at."""
    with database.reading("look through the records"):
        for (line,) in database.execute(_CHECK):
            if line != "ok":
                yield RecordProblem("database", f"the database says: {line}")
        for table, parent in database.execute(_ORPHANS):
            yield RecordProblem("database", f"rows of {table} name a {parent} that is not there")
        yield 1
        for digests in _in_batches(database.execute(_ARTIFACTS)):
            whole = read_artifacts(database, [(digest, None) for (digest,) in digests])
            for (digest,) in digests:
                if digest not in whole:
                    text = f"the value {digest_text(Digest(digest))} is not what its digest names"
                    yield RecordProblem("value", text, (digest,))
            yield len(digests)
        for keys in _in_batches(database.execute(_KEYS)):
            for id_, task, run in altered_entries(database, [key for (key,) in keys]):
                yield RecordProblem("entry", f"a cache entry of {task} (run {run}) is altered", (id_,))
            yield len(keys)
        yield from _run_problems(database)
        for ids in _in_batches(database.execute(_CALLS)):
            rows = database.answers(_CALL, ids)
            for row, call in zip(rows, read_whole_calls(database, rows), strict=True):
                if call is None:
                    text = f"call {row[2]} of run {row[0]}, or what it gave, is missing or altered"
                    yield RecordProblem("call", text, row[:2])
            yield len(rows)


def _run_problems(database: Database) -> Iterator[RecordProblem | int]:
    rows = database.answers(_RUNS, [()])
    altered = altered_repeats(database)
    for row in rows:
        try:
            read_runs(database, [row])
            whole = row[0] not in altered
        except (RecordsFault, UnicodeDecodeError):
            whole = False
        if not whole:
            text = f"run {row[0]}, or what it was given or gave, is missing or altered"
            yield RecordProblem("run", text, (row[0],))
        yield 1


def repair(database: Database, problems: Sequence[RecordProblem]) -> None:
    """Take away what is not as it was written, in a transaction of the caller's."""
    hand_over(database, [int(problem.which[0]) for problem in problems if problem.kind == "run"])
    for problem in problems:
        if problem.kind in _REPAIRS:
            database.execute(_REPAIRS[problem.kind], problem.which)


def _in_batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, _MOST)):
        yield batch
