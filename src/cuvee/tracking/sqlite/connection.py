"""The connection: how the database is opened, and what a transaction is. Knows no table."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import apsw
import msgspec

from cuvee.errors import RecordsFault
from cuvee.tracking.sqlite.faults import damaged, records_fault

if TYPE_CHECKING:
    from cuvee.tracking.sqlite.still import Still

OLDEST_SQLITE = (3, 51, 3)
"""Before it, a reset of the write-ahead log can corrupt the database."""

Durability = Literal["process", "power"]

# Of a database that is made now: what a commit of many calls writes is fewer pages, and each has its price.
_PAGES = "PRAGMA page_size = 8192"

_SETTINGS = """
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cache_size = -65536;
PRAGMA wal_autocheckpoint = 8000;
PRAGMA checkpoint_fullfsync = ON;
"""
"""64 MiB of cache and of log: the keys are random, so small ones would be written over and over."""

# What a commit outlives: the end of the process, or the loss of power too.
_SYNC: dict[Durability, str] = {
    "process": "PRAGMA synchronous = NORMAL",
    "power": "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON",
}

_SHORTEST_WAIT = 0.0005
_LONGEST_WAIT = 0.05


def check_sqlite(version: str) -> None:
    """Raise RecordsFault if this SQLite is too old to be trusted with the records."""
    if tuple(int(number) for number in version.split(".")[:3]) < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise RecordsFault(
            f"This Python's apsw uses SQLite {version}, which can corrupt a database that several processes "
            f"write to (fixed in {oldest}). Install one with its own SQLite: pip install --upgrade apsw"
        )


class Patience:
    """Waits for another process's lock, in steps that a Ctrl-C ends, and gives up after some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = 0.0

    def __call__(self, turns: int) -> bool:
        """Wait a turn after `turns` in vain; whether to try again."""
        now = time.monotonic()
        if turns == 0:
            self._deadline = now + self._seconds
        if now >= self._deadline:
            return False
        time.sleep(min(_SHORTEST_WAIT * 2 ** min(turns, 20), _LONGEST_WAIT))
        return True


class Database:
    """One connection for one thread. Every error of the database leaves as a RecordsFault.

    `patience` is for how many seconds another process's lock is waited for.
    """

    def __init__(self, path: Path, *, durability: Durability = "process", patience: float = 60.0) -> None:
        check_sqlite(apsw.sqlite_lib_version())
        self.path = path
        self._durability = durability
        self._patience = patience
        self._opened = 0
        self._still: Still | None = None
        self._open()

    def _open(self) -> None:
        self._still = None
        with self.faults("open it"):
            if not self._begin_shared():
                from cuvee.tracking.sqlite.still import Still  # most stores are one's own

                self._still = Still(self.path)
                self._begin(self._still.open())
        self._file = self._named()
        self._opened += 1

    def _begin_shared(self) -> bool:
        """Open it as one that others may write to. Not so where it cannot be written to from here and nobody
        has it open: what readers share with writers would then be made here, by somebody else than its owner,
        or cannot be made."""
        connection = apsw.Connection(str(self.path))
        if connection.readonly("main") and not Path(f"{self.path}-shm").exists():
            connection.close()
            return False
        try:
            self._begin(connection)
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            from cuvee.tracking.sqlite.still import may_write_beside

            if may_write_beside(self.path):
                raise
            return False
        return True

    def _begin(self, connection: apsw.Connection) -> None:
        self._connection = connection
        try:
            wait = Patience(self._patience)
            connection.set_busy_handler(wait)
            self.script(_PAGES)
            if self._still is None:
                self._enter_wal(wait)
            self.script(_SETTINGS + _SYNC[self._durability])
        except BaseException:
            connection.close()
            raise

    @property
    def is_read_only(self) -> bool:
        """Whether it cannot be written to from here."""
        return self._connection.readonly("main")

    def _enter_wal(self, wait: Patience) -> None:
        """Readers and a writer at once. The change is made once in a database's life."""
        for turn in itertools.count():
            try:
                mode = self._connection.pragma("journal_mode", "wal")
                break
            except apsw.BusyError:
                # The change wants the database alone, and SQLite does not wait for that by itself.
                if not wait(turn):
                    raise
        if mode != "wal":
            raise RecordsFault(
                f"{self.path} cannot have a write-ahead log (journal mode: {mode}): its file system lacks "
                "shared memory or locks. Set CUVEE_HOME to a folder on a local disk."
            )

    def version(self) -> tuple[int, int]:
        """What is the same as long as no other connection has committed anything."""
        number: int = self._connection.pragma("data_version")
        return self._opened, number

    def is_there(self) -> bool:
        """Whether the file that is open is still what its name stands for."""
        return self._file == self._named()

    def _named(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """Give the file back. Idempotent."""
        self._still = None  # what was read was found to hold when it was
        with self.faults("close it"):
            self._connection.close()

    @contextmanager
    def aside(self) -> Iterator[bool]:
        """Closed for as long as this is open, and its log left as it is; whether this process has no
        other database open."""
        with self.faults("close it for a moment"):
            self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            self._connection.close()
        try:
            yield not apsw.connections()
        finally:
            self._open()

    @contextmanager
    def faults(self, doing: str) -> Iterator[None]:
        """Database errors raised inside become RecordsFaults; `doing` completes "cuvee could not …"."""
        try:
            yield
        except apsw.Error as error:
            if self._still is not None and self._still.is_touched:
                raise self._still.touched(doing) from error
            raise records_fault(error, self.path, doing) from error
        if self._still is not None and self._still.is_touched:
            raise self._still.touched(doing)

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
        if self._still is not None and not self._still.is_left_alone:
            self._connection.close()
            self._open()
        with self.faults(doing):
            self._connection.execute("BEGIN")
            try:
                yield
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise damaged(self.path, f"what is kept there cannot be read ({error})") from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def ask(self, doing: str, sql: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """As `answers`: each row sees what is committed then. For one row it is one consistent look, at half
        the price of `reading`."""
        if len(rows) == 1 and self._still is None:
            try:
                return self._connection.execute(sql, rows[0]).fetchall()
            except apsw.Error as error:
                raise records_fault(error, self.path, doing) from error
            except UnicodeDecodeError:
                pass  # and once more, with patience
        with self.reading(doing):
            return self.answers(sql, rows)

    def answers(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The answers of a statement that reads, for each of these rows of values, in a transaction of the
        caller's. What is no text any more is among them, as in `read_altered`: only for rows with a seal."""
        try:
            return self._connection.executemany(sql, rows).fetchall()
        except UnicodeDecodeError:
            from cuvee.tracking.sqlite.illegible import read_altered  # nearly no database needs it

            return list(read_altered(self._connection, sql, rows))

    def script(self, sql: str) -> None:
        """Any number of statements. Their answers are read, as those after an answer would wait for that."""
        self._connection.execute(sql).fetchall()

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> apsw.Cursor:
        """One statement; its answers."""
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
