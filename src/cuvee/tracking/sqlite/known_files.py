"""What the user's files came to when they were last read: a shelf for `cuvee.codecs.content`.

Nothing depends on it but time: an entry that is gone costs reading a file again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cuvee.model.digest import Digest
from cuvee.tracking.sqlite.connection import Database

_FIND = "SELECT stat, digest, seen FROM known_file WHERE path = ?"
_KEEP = "INSERT OR REPLACE INTO known_file VALUES (?, ?, ?, ?)"


class SQLiteKnownFiles:
    """Files by their absolute path, as bytes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, path: bytes) -> tuple[bytes, Digest, float] | None:
        """How the file was when it was read, its digest, and when that was. Raises RecordsFault."""
        with self._database.faults("look a file up"):
            rows: list[Any] = self._database.execute(_FIND, (path,)).fetchall()
        return tuple(rows[0]) if rows else None

    def keep(self, files: Iterable[tuple[bytes, bytes, Digest, float]]) -> None:
        """Keep these in place of what was known of their paths, where that can be. Raises RecordsFault."""
        if self._database.is_read_only:
            return
        with self._database.writing("note files that were read"):
            self._database.each(_KEEP, files)
