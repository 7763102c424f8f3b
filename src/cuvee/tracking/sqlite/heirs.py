"""Heirs in SQLite: before a run goes, its calls come to the first of those that repeat it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cuvee.tracking.sqlite.calls import SELECT_CALL, CallRows, read_whole_calls
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.repeats import Repeat, keep_graph, keep_repeat, repeats_of
from cuvee.tracking.sqlite.trees import Rows

_FORGET = "DELETE FROM repeat WHERE run = ?"
_GRAPHS_OF = "SELECT digest, calls FROM graph WHERE run = ?"
_NEXT = SELECT_CALL + "WHERE run = ? AND position > ? ORDER BY position LIMIT 1000"


def hand_over(database: Database, runs: Iterable[int]) -> None:
    """These runs are about to go: the first that repeats one of them, and stays, has its calls from now on,
    and the others repeat that. In a transaction of the caller's."""
    runs = list(runs)
    database.each(_FORGET, [(run,) for run in runs])
    for run in runs:
        heirs = repeats_of(database, run)
        if heirs:
            _inherit(database, heirs.pop(), heirs)


def _inherit(database: Database, heir: Repeat, others: Iterable[Repeat]) -> None:
    position = -1
    while rows := database.answers(_NEXT, [(heir.of, position)]):
        position = rows[-1][1]
        # One that is not as it was written is lost with the run that had it.
        calls = [heir.call(call) for call in read_whole_calls(database, rows) if call is not None]
        # Its values are short, and need no rows of their own.
        CallRows(heir.run, calls, Rows()).keep(database)
    database.execute(_FORGET, (heir.run,))
    for other in others:
        keep_repeat(database, other._replace(of=heir.run))
    graphs: list[tuple[Any, ...]] = database.execute(_GRAPHS_OF, (heir.of,)).fetchall()
    for graph, count in graphs:
        keep_graph(database, heir.run, graph, count)
