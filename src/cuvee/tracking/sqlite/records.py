"""Opening the records: one database, its ports, and what files came to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.errors import RecordsFault
from cuvee.tracking.sqlite.absent import Absent
from cuvee.tracking.sqlite.connection import Database, Durability
from cuvee.tracking.sqlite.entries import SQLiteEntries
from cuvee.tracking.sqlite.known_files import SQLiteKnownFiles
from cuvee.tracking.sqlite.ledger import SQLiteLedger
from cuvee.tracking.sqlite.migrations import migrate
from cuvee.tracking.sqlite.queries import SQLiteQueries

if TYPE_CHECKING:
    from cuvee.tracking.sqlite.holdings import SQLiteHoldings

FILE_NAME = "records.db"


class Records:
    """The ports over one connection, for one thread. Closed by whoever opened them."""

    __slots__ = ("database", "entries", "files", "ledger", "queries")

    def __init__(self, database: Database, *, boot: str, durability: Durability) -> None:
        self.database = database
        absent = Absent(database)
        self.ledger = SQLiteLedger(database, absent, synced=durability == "power")
        self.entries = SQLiteEntries(database, boot, absent)
        self.queries = SQLiteQueries(database)
        self.files = SQLiteKnownFiles(database)

    @property
    def holdings(self) -> SQLiteHoldings:
        """What is held, for who looks after the store."""
        from cuvee.tracking.sqlite.holdings import SQLiteHoldings  # no run does

        return SQLiteHoldings(self.database)

    def close(self) -> None:
        """Give the database back. Idempotent."""
        self.database.close()

    def aside(self) -> AbstractContextManager[bool]:
        """Close the database for as long as this is open: no process may be forked with one that is
        open. It tells whether none is open now, of other records neither."""
        return self.database.aside()


def open_records(
    home: Path,
    *,
    boot: str,
    durability: Durability = "process",
    patience: float = 60.0,
) -> Records:
    """The records in `<home>/records.db`, made if they are not there.

    `boot` names this boot of the machine. With `durability="power"` a commit survives a power
    loss, and entries are taken as synced: their blobs have to be on disk before they come.
    `patience` is for how many seconds another process's lock is waited for. Raises RecordsFault.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordsFault(
            f"The folder {home} for the records cannot be made: {error}. "
            "Make it yourself, or set CUVEE_HOME to another folder."
        ) from error
    database = Database(home / FILE_NAME, durability=durability, patience=patience)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return Records(database, boot=boot, durability=durability)
