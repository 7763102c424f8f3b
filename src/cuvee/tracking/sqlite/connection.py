"""The connection: how the database is opened, and what a transaction is. Knows no table."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from cuvee.errors import RecordsFault
from cuvee.tracking.sqlite.faults import records_fault

OLDEST_SQLITE = (3, 51, 3)
"""Before it, a reset of the write-ahead log can corrupt the database."""

_SYNCHRONOUS = {"process": "NORMAL", "power": "FULL"}
_CACHE_KIB = 64 << 10
_CHECKPOINT_PAGES = 8000
_RETRY_SECONDS = 0.005


def check_sqlite(version: str) -> None:
    """Raise RecordsFault if this SQLite is too old to be trusted with the records."""
    if tuple(int(number) for number in version.split(".")[:3]) < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise RecordsFault(
            f"This Python's apsw uses SQLite {version}, which can corrupt a database that several processes "
            f"write to (fixed in {oldest}). Install one with its own SQLite: pip install --upgrade apsw"
        )


class Database:
    """One connection for one thread. Every error of the database leaves as a RecordsFault.

    `patience` is for how many seconds another process's lock is waited for.
    """

    def __init__(self, path: Path, *, durability: str = "process", patience: float = 60.0) -> None:
        check_sqlite(apsw.sqlite_lib_version())
        self.path = path
        with self.faults("open it"):
            self._connection = apsw.Connection(str(path))
            self._connection.set_busy_timeout(int(patience * 1000))
            try:
                self._set_up(_SYNCHRONOUS[durability], patience)
            except BaseException:
                self._connection.close()
                raise

    def _set_up(self, synchronous: str, patience: float) -> None:
        self._enter_wal(patience)
        self._connection.execute(
            f"PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; "
            f"PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES};"
        )

    def _enter_wal(self, patience: float) -> None:
        """Readers and a writer at once. The change is made once in a database's life."""
        deadline = time.monotonic() + patience
        while True:
            try:
                mode = self._connection.pragma("journal_mode", "wal")
                break
            except apsw.BusyError:
                # The change wants the database alone, and SQLite does not wait for that by itself.
                if time.monotonic() > deadline:
                    raise
                time.sleep(_RETRY_SECONDS)
        if mode != "wal":
            raise RecordsFault(
                f"{self.path} cannot have a write-ahead log (journal mode: {mode}): its file system lacks "
                "shared memory or locks. Set CUVEE_HOME to a folder on a local disk."
            )

    def close(self) -> None:
        """Give the file back. Idempotent."""
        with self.faults("close it"):
            self._connection.close()

    @contextmanager
    def faults(self, doing: str) -> Iterator[None]:
        """Database errors raised inside become RecordsFaults; `doing` completes "cuvee could not …"."""
        try:
            yield
        except apsw.Error as error:
            raise records_fault(error, self.path, doing) from error

    @contextmanager
    def writing(self, doing: str) -> Iterator[None]:
        """A transaction that writes: all that is done inside, or nothing."""
        with self.faults(doing):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self, doing: str) -> Iterator[None]:
        """One consistent look; it blocks no writer."""
        with self.faults(doing):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> apsw.Cursor:
        """One statement, or a script without values."""
        return self._connection.execute(sql, values)

    def each(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> apsw.Cursor:
        """The statement with each of these rows of values; the answers of all, one after another."""
        return self._connection.executemany(sql, rows)

    def changes(self) -> int:
        """How many rows the last statement wrote."""
        return self._connection.changes()

    def last_row(self) -> int:
        """The number of the row inserted last."""
        return self._connection.last_insert_rowid()
