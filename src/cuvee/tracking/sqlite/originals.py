"""Originals in SQLite: whether all calls of a graph would be reused as those of an earlier run stand there.

What is reused is there twice, with its entry and with the call that gave or reused it, each under a seal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuvee.model.graph import STRIDE, GraphPrint
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.repeats import Repeat, find_graph, keep_repeat
from cuvee.tracking.sqlite.seals import seal
from cuvee.tracking.sqlite.wire import read_call_details, read_entry_details

# A run's calls in order, each with every entry of its key: what only the call has, and what the entry has,
# both in the order of their seals, which are between them.
_WITH_ENTRIES = """
SELECT c.position, c.path, c.status, c.decision, c.reason_code, c.reason, c.started, c.seconds, c.saved,
       c.components, c.details, c.metrics, c.figures,
       c.seal, e.seal, c.value = e.value, substr(e.value, 1, 7),
       e.key, e.state, e.task, e.artifact, e.seconds, e.created, e.run, e.path, e.details, e.figures
FROM call AS c CROSS JOIN entry AS e ON substr(e.key, 2, 5) = substr(c.key, 2, 5) AND e.key = c.key
WHERE c.run = ? ORDER BY c.position
"""
_LAST = "SELECT max(position) FROM call WHERE run = ?"
_KEY = "SELECT key FROM call WHERE run = ? AND position = ?"

# What calls of a run are given, and the fingerprints that their keys name.
_KEEP_LEDGERS = "INSERT INTO run_ledger (run, ledger) SELECT ?, ledger FROM run_ledger WHERE run = ?"
_KEEP_GIVEN = """
INSERT INTO run_given (run, artifact, value) SELECT ?, artifact, value FROM run_given WHERE run = ?
"""

_PART = 1000
"""Of so many calls, which take some milliseconds, it is asked whether anybody has stopped."""

# How a short value of the codec "plain" begins where it is written out: three things, first that word.
_PLAIN = b"\x93\xa5plain"


def find_original(
    database: Database, graph: GraphPrint, stopped: Callable[[], bool]
) -> tuple[int, float] | None:
    """The run whose calls a run of this graph repeats, and the seconds that reusing them saves, in a
    transaction of the caller's. None where one call would not be reused, or not from the entry that its
    original had its result from, where that is in any doubt, and where it is `stopped`.
    """
    original = find_graph(database, graph)
    if original is None:
        return None
    if database.execute(_LAST, (original,)).fetchone() != ((graph.calls - 1) * STRIDE,):
        return None
    for position, key in graph.keys.items():
        if database.execute(_KEY, (original, position)).fetchone() != (key,):
            return None  # another cuvee made keys of other things
    try:
        saved = _saved(database, original, graph.calls, stopped)
    except UnicodeDecodeError:
        return None  # a text that is not as it was written
    return None if saved is None else (original, saved)


def _saved(database: Database, original: int, calls: int, stopped: Callable[[], bool]) -> float | None:
    """The seconds that are saved where each of so many calls stands; None where one does not."""
    saved, place = 0.0, 0
    for row in database.execute(_WITH_ENTRIES, (original,)):
        # A place that comes twice has two entries; one that is left out has none.
        if row[0] != place * STRIDE or not _stands(original, row):
            return None
        if place and place % _PART == 0 and stopped():
            return None
        saved += row[21]
        place += 1
    return saved if place == calls else None


def _stands(original: int, row: tuple[Any, ...]) -> bool:
    """Whether a call would be reused from this entry, the only one of its key, and to the same end: the entry
    depends on nothing that may have changed, and all of its result is in the row."""
    call, entry = row[:13], row[17:]
    call_seal, entry_seal, same, head = row[13:17]
    position, path, status, decision, _, _, _, took, saved, components, details, metrics, figures = call
    key, state, task, artifact, seconds, _, run, maker, entry_details, pictures = entry
    if not same or head != _PLAIN or state or metrics or figures or pictures or status != "succeeded":
        return False
    # The call with the entry's task, key and artifact: they have to be the same.
    told = original, position, path, task, *call[2:9], key, components, artifact, *call[10:]
    if seal(*told, (), ()) != call_seal or seal(*entry, ()) != entry_seal:
        return False
    known, memory = read_call_details(details), _memory(entry_details)
    if decision == "executed":
        return bool((run, maker, seconds, memory) == (original, path, took, known.memory))
    return decision == "reused" and ((run, maker), seconds, memory) == (known.made_by, saved, known.memory)


def _memory(details: bytes | None) -> int | None:
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
