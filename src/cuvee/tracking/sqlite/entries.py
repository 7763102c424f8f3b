"""Cache entries in SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.entry import Entry, Figure, Observation
from cuvee.tracking.sqlite.absent import Absent, Sift
from cuvee.tracking.sqlite.artifacts import read_artifacts, read_short
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.seals import seal, seal_of
from cuvee.tracking.sqlite.trees import Reference, Rows
from cuvee.tracking.sqlite.wire import pack_entry_details, path_bytes, read_entry_details

# Of a key by its index, which has the first bytes of it: enough that no two are likely to share them.
_OF_KEY = "substr(key, 2, 5) = substr(?1, 2, 5) AND key = ?1"

# The entries of a key.
_FIND = f"""
SELECT id, key, state, task, artifact, value, seconds, created, run, path, boot, details, figures, seal
FROM entry WHERE {_OF_KEY}
"""  # noqa: S608 - no value in it

# An entry's figures in order.
_FIND_FIGURES = "SELECT entry, name, artifact, value FROM entry_figure WHERE entry = ? ORDER BY ordinal"

# Keep an entry; the first of a key and state stays.
_KEEP_ENTRY = f"""
INSERT INTO entry
       (key, state, task, artifact, value, seconds, created, run, path, boot, details, figures, seal)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
WHERE NOT EXISTS (SELECT 1 FROM entry WHERE {_OF_KEY} AND state = ?2)
"""  # noqa: S608 - no value in it
# The same of a key that surely has none, in the order of the columns, by a short text: apsw looks its
# statement up by that, once for each row.
_PUT_ENTRY = "INSERT INTO entry VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,0,?)"
_KEEP_FIGURE = "INSERT INTO entry_figure (entry, ordinal, name, artifact, value) VALUES (?, ?, ?, ?, ?)"

# Drop what a key is said to give, with its figures.
_DROP = f"DELETE FROM entry WHERE {_OF_KEY} AND artifact = ?2"  # noqa: S608 - no value in it

# Drop an entry that is not as it was written.
_DROP_ALTERED = "DELETE FROM entry WHERE id = ?"

# Note that an entry's blobs are on disk. Those of this boot may have been read from memory.
_VOUCH = f"UPDATE entry SET boot = '' WHERE {_OF_KEY} AND state = ?2 AND boot <> ?3"  # noqa: S608 - no value in it

_NO_KEYS: frozenset[Digest] = frozenset()
_by_key = itemgetter(0)
_NO_FIGURES: Sequence[tuple[str, Digest, bytes | None]] = ()


class SQLiteEntries:
    """`CacheEntries` in the database."""

    def __init__(self, database: Database, boot: str, absent: Absent) -> None:
        self._database = database
        self._boot = boot
        self._absent = absent
        self._altered = _NO_KEYS

    def may_have(self, keys: Sequence[Digest], *, anew: bool) -> Sequence[Digest]:
        return self._absent.sift(keys, anew=anew)

    def find(self, keys: Sequence[Digest]) -> dict[Digest, tuple[Entry, ...]]:
        """As the port says. An entry that is not as it was written is dropped: its call runs again."""
        self._altered = _NO_KEYS
        if not keys:
            return {}
        entries, altered = self._look(keys)
        if not entries:
            self._absent.asked_in_vain(len(keys))
        if altered:
            self._altered = frozenset(row[1] for row in altered)
            with self._database.writing("drop altered results"):
                self._database.each(_DROP_ALTERED, [(row[0],) for row in altered])
        found: dict[Digest, tuple[Entry, ...]] = {}
        for entry in entries:
            known = found.get(entry.key)
            found[entry.key] = (entry,) if known is None else (*known, entry)
        return found

    def _look(self, keys: Sequence[Digest]) -> tuple[list[Entry], list[tuple[Any, ...]]]:
        rows = self._database.ask("look for results", _FIND, _asked(keys))
        if not rows:
            return [], []
        # Short values stand in the rows themselves: there is nothing else to read.
        if all(row[5] is not None and not row[12] for row in rows):
            return _entries(rows, {}, read_short([(row[4], row[5]) for row in rows]))
        with self._database.reading("look for results"):
            return _read(self._database, keys)

    def altered(self) -> frozenset[Digest]:
        return self._altered

    def vouch(self, entries: Sequence[Entry]) -> None:
        with self._database.writing("note verified results"):
            self._database.each(_VOUCH, [(e.key, state_of(e.observed), self._boot) for e in entries])


def altered_entries(database: Database, keys: Sequence[Digest]) -> list[tuple[int, str, int]]:
    """The entries of these keys that are not as they were written (number, task and run that made it), in a
    transaction of the caller's.
    """
    return [(row[0], row[3], row[8]) for row in _read(database, keys)[1]]


def _read(database: Database, keys: Sequence[Digest]) -> tuple[list[Entry], list[tuple[Any, ...]]]:
    """The entries of these keys, newest first; and the rows of those that are not as they were written."""
    rows = database.answers(_FIND, _asked(keys))
    figures = _read_figures(database, [row[0] for row in rows if row[12]])
    references = [(row[4], row[5]) for row in rows]
    references += [reference for known in figures.values() for _, reference in known]
    return _entries(rows, figures, read_artifacts(database, references))


def _asked(keys: Sequence[Digest]) -> list[tuple[Digest]]:
    return [(key,) for key in (keys if len(keys) == 1 else dict.fromkeys(keys))]


def _entries(
    rows: list[tuple[Any, ...]],
    figures: Mapping[int, list[tuple[str, Reference]]],
    artifacts: Mapping[Digest, Artifact],
) -> tuple[list[Entry], list[tuple[Any, ...]]]:
    # Newest first. Sorted here: SQLite would set up a sort for each key, five times the look-up.
    rows.sort(key=itemgetter(0), reverse=True)
    entries, altered = [], []
    for row in rows:
        entry = _entry(row, artifacts, figures.get(row[0], ()))
        if entry is None:
            altered.append(row)
        else:
            entries.append(entry)
    return entries, altered


def _read_figures(database: Database, entries: Sequence[int]) -> dict[int, list[tuple[str, Reference]]]:
    figures: dict[int, list[tuple[str, Reference]]] = {}
    for entry, name, *reference in database.answers(_FIND_FIGURES, [(entry,) for entry in entries]):
        figures.setdefault(entry, []).append((name, tuple(reference)))
    return figures


def _entry(
    row: tuple[Any, ...], artifacts: Mapping[Digest, Artifact], figures: Sequence[tuple[str, Reference]]
) -> Entry | None:
    """The entry of a row; None if it is not as it was written."""
    _, key, state, task, digest, _, seconds, created, run, path, boot, details, number, sealed = row
    if details is None and not figures:  # as nearly always
        if seal(key, state, task, digest, seconds, created, run, path, None, number, ()) != sealed:
            return None
        result = artifacts.get(digest)
        return None if result is None else Entry(key, task, result, seconds, created, run, path, boot=boot)
    named = [(name, artifact) for name, (artifact, _) in figures]
    if seal(key, state, task, digest, seconds, created, run, path, details, number, named) != sealed:
        return None
    try:
        metrics, observed, memory = read_entry_details(details)
        pictures = tuple([Figure(name, artifacts[artifact]) for name, (artifact, _) in figures])
        result = artifacts[digest]
    except (KeyError, msgspec.DecodeError):
        return None
    return Entry(key, task, result, seconds, created, run, path, metrics, pictures, observed, boot, memory)


def state_of(observed: tuple[Observation, ...]) -> bytes:
    """What tells entries of a key apart: the digest of what was observed, in any order; empty for nothing."""
    if not observed:
        return b""
    states = {
        digest_parts("observed", (o.kind.encode(), path_bytes(o.path), o.digest or b"")) for o in observed
    }
    return digest_parts("state", sorted(states))


def drop_entries(database: Database, dropped: Iterable[tuple[Digest, Digest]]) -> None:
    """Delete entries by key and artifact, in a transaction of the caller's."""
    database.each(_DROP, dropped)


class EntryRows:
    """Entries as rows, made before the transaction that writes them. `synced`: their blobs are on disk."""

    def __init__(self, entries: Iterable[Entry], artifacts: Rows, *, synced: bool) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._figures: list[Sequence[tuple[str, Digest, bytes | None]]] = []
        self._pictured = False
        for entry in entries:
            figures = _NO_FIGURES
            if entry.figures:
                figures = [(figure.name, *artifacts.add(figure.artifact)) for figure in entry.figures]
                self._pictured = True
            self._rows.append(_row(entry, figures, artifacts, synced))
            self._figures.append(figures)

    def keep(self, database: Database, sift: Sift) -> None:
        """Write them, in a transaction of the caller's. `sift` tells which are the first of their keys."""
        if not self._pictured:
            # In the order of keys what a commit writes of their index is on fewer pages.
            first, others = sift(sorted(self._rows, key=_by_key))
            database.each(_PUT_ENTRY, first)
            database.each(_KEEP_ENTRY, others)
            return
        sift(self._rows)
        for row, figures in zip(self._rows, self._figures, strict=True):
            database.execute(_KEEP_ENTRY, row)
            if figures and database.changes():
                id_ = database.last_row()
                database.each(_KEEP_FIGURE, [(id_, n, *figure) for n, figure in enumerate(figures)])


def _row(
    entry: Entry, figures: Sequence[tuple[str, Digest, bytes | None]], artifacts: Rows, synced: bool
) -> tuple[Any, ...]:
    digest, value = artifacts.add(entry.artifact)
    key, task, path, run = entry.key, entry.task, entry.path, entry.run
    state = state_of(entry.observed) if entry.observed else b""
    seconds, created = entry.seconds + 0.0, entry.created + 0.0  # as `real` would
    details, number = pack_entry_details(entry), len(figures)
    named = [figure[:2] for figure in figures] if figures else ()
    sealed = seal_of((key, state, task, digest, seconds, created, run, path, details, number, named))
    boot = "" if synced else entry.boot
    return key, state, task, digest, value, seconds, created, run, path, boot, details, number, sealed
