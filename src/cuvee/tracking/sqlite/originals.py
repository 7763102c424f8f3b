"""Originals in SQLite: whether all calls of a graph would be reused as those of an earlier run stand there.

What is reused is there twice, with its entry and with the call that gave or reused it, each under a seal.
"""

from __future__ import annotations

from typing import Any

from cuvee.model.graph import STRIDE, GraphPrint
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.repeats import Repeat, find_graph, keep_repeat
from cuvee.tracking.sqlite.seals import seal
from cuvee.tracking.sqlite.wire import read_call_details, read_entry_details

# A run's calls in order, each with every entry of its key: what only the call has, then what the entry has.
_WITH_ENTRIES = """
SELECT c.position, c.path, c.status, c.decision, c.reason_code, c.reason, c.started, c.seconds, c.saved,
       c.components, c.details, c.metrics, c.figures, c.seal, c.value = e.value,
       e.key, e.state, e.task, e.artifact, e.seconds, e.created, e.run, e.path, e.details, e.figures, e.seal,
       substr(e.value, 1, 7)
FROM call AS c CROSS JOIN entry AS e ON substr(e.key, 2, 8) = substr(c.key, 2, 8) AND e.key = c.key
WHERE c.run = ? ORDER BY c.position
"""
_LAST = "SELECT max(position) FROM call WHERE run = ?"
_KEY = "SELECT key FROM call WHERE run = ? AND position = ?"

# What calls of a run are given, and the fingerprints that their keys name.
_KEEP_LEDGERS = "INSERT INTO run_ledger (run, ledger) SELECT ?, ledger FROM run_ledger WHERE run = ?"
_KEEP_GIVEN = """
INSERT INTO run_given (run, artifact, value) SELECT ?, artifact, value FROM run_given WHERE run = ?
"""

# How a short value of the codec "plain" begins where it is written out: three things, first that word.
_PLAIN = b"\x93\xa5plain"


def find_original(database: Database, graph: GraphPrint) -> tuple[int, float] | None:
    """The run whose calls a run of this graph repeats, and the seconds that reusing them saves, in a
    transaction of the caller's. None where one call would not be reused, or not from the entry that its
    original had its result from, and where that is in any doubt.
    """
    original = find_graph(database, graph)
    if original is None:
        return None
    if database.execute(_LAST, (original,)).fetchone() != ((graph.calls - 1) * STRIDE,):
        return None
    for position, key in graph.keys.items():
        if database.execute(_KEY, (original, position)).fetchone() != (key,):
            return None  # another cuvee made keys of other things
    saved, place = 0.0, 0
    for row in database.execute(_WITH_ENTRIES, (original,)):
        # A place that comes twice has two entries; one that is left out has none.
        if row[0] != place * STRIDE or not _stands(original, row):
            return None
        saved += row[19]
        place += 1
    return (original, saved) if place == graph.calls else None


def _stands(original: int, row: tuple[Any, ...]) -> bool:
    """Whether a call would be reused from this entry, the only one of its key, and to the same end: the entry
    depends on nothing that may have changed, and all of its result is in the row."""
    position, path, status, decision, code, reason, started, took, saved, components, details = row[:11]
    metrics, figures, call_seal, same = row[11:15]
    key, state, task, artifact, seconds, created, run, maker, entry_details, pictures, entry_seal, head = row[
        15:
    ]
    if not same or head != _PLAIN or state or metrics or figures or pictures or status != "succeeded":
        return False
    if decision == "executed":
        made = original, path, took, None if details is None else read_call_details(details).memory
    elif decision == "reused":
        known = read_call_details(details)
        made = *(known.made_by or (0, "")), saved, known.memory
    else:
        return False
    if made != (run, maker, seconds, None if entry_details is None else _memory(entry_details)):
        return False
    # Both as they are sealed, the call with the entry's task, key and artifact: they have to be the same.
    whole = seal(key, state, task, artifact, seconds, created, run, maker, entry_details, pictures, ())
    if whole != entry_seal:
        return False
    told = (
        original,
        position,
        path,
        task,
        status,
        decision,
        code,
        reason,
        started,
        took,
        saved,
        key,
        components,
    )
    return bool(seal(*told, artifact, details, metrics, figures, (), ()) == call_seal)


def _memory(details: bytes) -> int | None:
    """How much memory an entry's call took, where there is nothing else to tell; -1 where there is."""
    metrics, observed, memory = read_entry_details(details)
    return -1 if metrics or observed else memory


def keep_as_repeat(database: Database, repeat: Repeat, graph: GraphPrint) -> bool:
    """Note that a run has the calls of its original, in a transaction of the caller's. False if that is no
    longer on record as the one of the graph."""
    if find_graph(database, graph) != repeat.of:
        return False
    keep_repeat(database, repeat)
    database.execute(_KEEP_LEDGERS, (repeat.run, repeat.of))
    database.execute(_KEEP_GIVEN, (repeat.run, repeat.of))
    return True
