"""Migrations: numbered steps that lead any older database to today's schema.

A file of a migration is never changed once released: a change is a new file. Each is applied
with its record in one transaction. The schema in `schema/today.sql` is what all of them give, and
a new database is made of it at once: step by step takes three times as long, and each first run waits.
"""

from __future__ import annotations

from pathlib import Path

from cuvee.errors import RecordsFault
from cuvee.model.digest import digest_bytes, digest_text
from cuvee.model.value import Value
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import beyond_repair

FOLDER = Path(__file__).parent / "schema"

# "cuve" in SQLite's header: tells our databases from those of other programs.
_APPLICATION_ID = 0x63757665

_CREATE_MIGRATION_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    number    INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    checksum  TEXT NOT NULL,
    applied   REAL NOT NULL
) STRICT
"""

# Which migrations this database has had.
_APPLIED = "SELECT number, name, checksum FROM migration ORDER BY number"

_RECORD_MIGRATION = "INSERT INTO migration VALUES (?, ?, ?, unixepoch('subsec'))"

# Whose database it is, and how many tables it has.
_OWNER = "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id"


class Migration(Value, frozen=True):
    """One step. `checksum` is of the file's bytes."""

    number: int
    name: str
    sql: str
    checksum: str


def read_migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations that this cuvee knows, in order."""
    return tuple(_read(file) for file in sorted(folder.glob("[0-9]*.sql")))


def _read(file: Path) -> Migration:
    content = file.read_bytes()
    number = int(file.name.partition("_")[0])
    return Migration(number, file.stem, content.decode(), digest_text(digest_bytes(content)))


def migrate(database: Database, migrations: tuple[Migration, ...] | None = None) -> None:
    """Apply what this database has not had. Safe for any number of processes at once.

    Raises RecordsFault when it is not ours, comes from a newer cuvee, or had a migration that
    differs from the one of that number here.
    """
    known = read_migrations() if migrations is None else migrations
    with database.reading("read its schema"):
        todo = _missing(database, known)
    if todo and migrations is None and todo == known:
        _begin(database, known)
        return
    if todo:
        # A step that rebuilds a table drops the old one, which must not take the rows that refer to it along.
        with database.faults("prepare its migration"):
            database.execute("PRAGMA foreign_keys = OFF")
        for migration in todo:
            _apply(database, migration, known)
        with database.faults("finish its migration"):
            database.execute("PRAGMA foreign_keys = ON")


def _missing(database: Database, known: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """What is still to apply, of a database that is fit for it."""
    owner, tables = next(iter(database.execute(_OWNER)))
    if owner != _APPLICATION_ID:
        if owner or tables:
            raise RecordsFault(
                f"{database.path} is a database of another program. "
                "Move it away, or set CUVEE_HOME to another folder."
            )
        return known
    applied = list(database.execute(_APPLIED))
    for place, (number, name, checksum) in enumerate(applied, 1):
        if number != place or not isinstance(name, str) or not isinstance(checksum, str):
            raise beyond_repair(database.path, f"its migration {place} is not as it was written")
        _check_applied(database.path, number, name, checksum, known)
    return known[len(applied) :]


def _check_applied(path: Path, number: int, name: str, checksum: str, known: tuple[Migration, ...]) -> None:
    if number > len(known):
        raise RecordsFault(
            f"{path} was written by a newer cuvee: it has migration {name}, and this one knows {len(known)}. "
            "Upgrade it (pip install --upgrade cuvee), or set CUVEE_HOME to another folder."
        )
    if known[number - 1].checksum != checksum:
        raise RecordsFault(
            f"{path} has had another migration {name} than the one of this cuvee: one of the two is no "
            "release. Use the cuvee that wrote it, or set CUVEE_HOME to another folder."
        )


def _begin(database: Database, known: tuple[Migration, ...]) -> None:
    """Make a new database what all migrations together give."""
    with database.writing("make its tables"):
        if _missing(database, known) != known:
            return  # another process was first
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.script((FOLDER / "today.sql").read_text(encoding="utf-8"))
        for migration in known:
            _record(database, migration)


def _apply(database: Database, migration: Migration, known: tuple[Migration, ...]) -> None:
    with database.writing(f"apply migration {migration.name}"):
        if migration not in _missing(database, known):
            return  # another process was first
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.execute(_CREATE_MIGRATION_TABLE)
        database.script(migration.sql)
        orphans = list(database.execute("PRAGMA foreign_key_check"))
        if orphans:
            raise RecordsFault(
                f"Migration {migration.name} of {database.path} would leave orphans: {orphans[:3]}. "
                "It was not applied. Please report this."
            )
        _record(database, migration)


def _record(database: Database, migration: Migration) -> None:
    database.execute(_RECORD_MIGRATION, (migration.number, migration.name, migration.checksum))
