"""The last call of a task at a path in SQLite: of a run that has calls of its own, or repeats another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cuvee.model.record import CallRecord
from cuvee.tracking.sqlite.calls import SELECT_CALL, read_whole_calls
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.repeats import Repeat, last_repeats

AT_PATH = "length(path) = length(?2) AND path = ?2"
"""A path as the index call_by_use has it: those of one task in the order of their numbers."""

LATEST = f"""
SELECT rowid FROM call INDEXED BY call_by_use
WHERE task = ?1 AND {AT_PATH} AND status IN ('succeeded', 'failed') AND decision IS NOT 'given'
AND (SELECT mixed IS NULL FROM run WHERE number = call.run) LIMIT 1
"""  # noqa: S608 - no value in it
"""The last that was performed or reused there, in a run with calls of its own that is no mixture: the first
that the index has, newest runs first. To ask for that order would set up a sort, and take twice as long."""

# The last of the runs before one.
_BEFORE = f"""
SELECT rowid FROM call
WHERE task = ?1 AND {AT_PATH} AND status IN ('succeeded', 'failed') AND decision IS NOT 'given' AND run < ?3
AND (SELECT mixed IS NULL FROM run WHERE number = call.run) ORDER BY run DESC LIMIT 1
"""  # noqa: S608 - no value in it

_OF_ROW = SELECT_CALL + "WHERE rowid = ?"

# That of one run.
_OF_RUN = f"{SELECT_CALL} WHERE task = ?1 AND {AT_PATH} AND run = ?3"

_Placed = tuple[tuple[Any, ...], Repeat | None]
"""The row of a call, and the run that has it by repeating the one that it stands in."""


def latest(database: Database, ids: Iterable[tuple[int]]) -> Iterator[CallRecord]:
    """The last calls where those in the rows that `LATEST` gives are the last of runs with their own, in a
    transaction of the caller's. They only tell why a call runs: of one that is not as it was written, nothing
    is told."""
    rows = database.answers(_OF_ROW, list(ids))
    repeats = last_repeats(database, min(row[0] for row in rows)) if rows else []
    for _, call in _read(database, [_last(database, row, repeats) for row in rows]):
        yield call


def before(database: Database, run: int, task: str, path: str) -> tuple[int, CallRecord] | None:
    """The last call in a run before this one, and that run, in a transaction of the caller's."""
    ids = database.execute(_BEFORE, (task, path, run)).fetchall()
    rows = database.answers(_OF_ROW, ids)
    repeats = last_repeats(database, rows[0][0], run) if rows else []
    return next(_read(database, [_last(database, row, repeats) for row in rows]), None)


def _last(database: Database, row: tuple[Any, ...], repeats: Sequence[Repeat]) -> _Placed:
    """Of a call's row, and of those at its path whose runs these repeat, the one that counts."""
    for repeat in repeats:  # the last one first
        if repeat.run < row[0]:
            break
        found = [row] if repeat.of == row[0] else database.answers(_OF_RUN, [(row[3], row[2], repeat.of)])
        if found:
            return found[0], repeat
    return row, None


def _read(database: Database, placed: Sequence[_Placed]) -> Iterator[tuple[int, CallRecord]]:
    calls = read_whole_calls(database, [row for row, _ in placed])
    for (row, repeat), call in zip(placed, calls, strict=True):
        if call is not None:
            yield (row[0], call) if repeat is None else (repeat.run, repeat.call(call))
