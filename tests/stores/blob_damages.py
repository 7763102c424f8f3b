"""Ways in which a store on disk can be damaged: the files of blobs, rows of the database, or its file."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw

_TABLES = (
    *("artifact", "artifact_blob", "artifact_child", "call", "entry", "run", "run_parameter", "run_result"),
    *("versions", "footing", "known_file", "ledger", "profile", "run_ledger", "run_snapshot", "source"),
)

Damage = Callable[[Path, random.Random], str]
"""Does something to the store at this home, and says what."""


def _blobs(home: Path) -> list[Path]:
    return sorted(path for path in (home / "blobs").glob("??/*") if path.is_file())


def _to_a_blob(change: Callable[[Path, random.Random], object]) -> Damage:
    """A damage to one of the blobs' files, where there is one left."""

    def damage(home: Path, chance: random.Random) -> str:
        found = _blobs(home)
        if not found:
            return "nothing"
        path = chance.choice(found)
        change(path, chance)
        return path.name[:8]

    return damage


def _to_its_bytes(change: Callable[[bytearray, random.Random], None]) -> Damage:
    def write(path: Path, chance: random.Random) -> None:
        data = bytearray(path.read_bytes())
        change(data, chance)
        if chance.random() < 0.5:  # in place, or as a file of its own
            path.unlink()
        else:
            path.chmod(0o644)
        path.write_bytes(data)

    return _to_a_blob(write)


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _zero(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) or 1)
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) or 1) :]


def _extend(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.choice((1, 100)))


def _swap(home: Path, chance: random.Random) -> str:
    found = _blobs(home)
    if len(found) < 2:
        return "nothing"
    one, other = chance.sample(found, 2)
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    return f"{one.name[:8]} {other.name[:8]}"


def _delete(path: Path, chance: random.Random) -> None:
    path.unlink()


def _folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()
    if chance.random() < 0.5:
        (path / "file").write_bytes(b"x")


def _pipe(path: Path, chance: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _unreadable(path: Path, chance: random.Random) -> None:
    path.chmod(0)


def _all_blobs(home: Path, chance: random.Random) -> str:
    if not (home / "blobs").exists():
        return "nothing"
    shutil.rmtree(home / "blobs")
    return ""


def _rows(change: Callable[[apsw.Connection, str, random.Random], str]) -> Damage:
    def damage(home: Path, chance: random.Random) -> str:
        connection = apsw.Connection(str(home / "records.db"))
        try:
            with suppress(apsw.Error):  # the database refuses it, or has been damaged beyond reading
                return change(connection, chance.choice(_TABLES), chance)
            return "nothing"
        finally:
            connection.close()

    return damage


def _pick(connection: apsw.Connection, table: str, chance: random.Random) -> tuple[str, str, Any] | None:
    """A row, as the condition that finds it, one of its columns and what is there."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    if not rows:
        return None
    row, at = chance.choice(rows), chance.randrange(len(columns))
    where = " AND ".join(
        f"{name} IS {apsw.format_sql_value(value)}" for name, value in zip(columns, row, strict=True)
    )
    return where, columns[at], row[at]


def _cell(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    """A value of a row, altered by a bit or so."""
    picked = _pick(connection, table, chance)
    if picked is None or picked[2] is None:
        return "nothing"
    where, column, value = picked
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (_altered(value, chance),))
    return f"{table}.{column}"


def _altered(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8))
    if isinstance(value, float):
        return value + chance.choice((-1.0, 0.5, 1e9))
    data = bytearray(value.encode() if isinstance(value, str) else value)
    if not data or chance.random() < 0.1:
        data = bytearray(b"x")
    else:
        chance.choice((_flip, _flip, _flip, _truncate, _zero, _extend))(data, chance)
    return data.decode("utf-8", "replace") if isinstance(value, str) else bytes(data)


def _null(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    picked = _pick(connection, table, chance)
    if picked is None:
        return "nothing"
    connection.execute(f"UPDATE {table} SET {picked[1]} = NULL WHERE {picked[0]}")
    return f"{table}.{picked[1]}"


def _lost_row(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    picked = _pick(connection, table, chance)
    if picked is None:
        return "nothing"
    connection.execute(f"DELETE FROM {table} WHERE {picked[0]}")
    return table


def _exchanged(connection: apsw.Connection, table: str, chance: random.Random) -> str:
    """What two rows say in some columns, exchanged: each is whole by itself."""
    pairs = {
        "artifact": ("codec, type, body",), "entry": ("artifact, value", "value", "details", "key", "state"),
        "call": ("artifact, value", "value", "path", "key", "components"),
        "run_parameter": ("artifact, value", "name"), "artifact_blob": ("blob", "blob, size"),
        "known_file": ("digest", "stat, digest"), "ledger": ("items",), "source": ("body",),
    }  # fmt: skip
    columns = chance.choice(pairs.get(table, pairs["entry"]))
    table = table if table in pairs else "entry"
    rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
    if len(rows) < 2:
        return "nothing"
    one, other = chance.sample(rows, 2)
    where = [
        " AND ".join(
            f"{name} IS {apsw.format_sql_value(v)}" for name, v in zip(columns.split(", "), row, strict=True)
        )
        for row in (one, other)
    ]
    marks = ", ".join("?" * len(one))
    connection.execute(f"UPDATE {table} SET ({columns}) = ({marks}) WHERE {where[0]}", other)
    return f"{table} ({columns})"


def _database_file(home: Path, chance: random.Random) -> str:
    path = home / "records.db"
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return f"byte {at}"


DAMAGES: dict[str, tuple[int, Damage]] = {
    "flipped": (6, _to_its_bytes(_flip)),
    "zeroed": (2, _to_its_bytes(_zero)),
    "truncated": (2, _to_its_bytes(_truncate)),
    "extended": (2, _to_its_bytes(_extend)),
    "swapped": (3, _swap),
    "deleted": (2, _to_a_blob(_delete)),
    "a folder": (1, _to_a_blob(_folder)),
    "a pipe": (1, _to_a_blob(_pipe)),
    "unreadable": (1, _to_a_blob(_unreadable)),
    "no blobs": (1, _all_blobs),
    "altered value": (12, _rows(_cell)),
    "value gone": (2, _rows(_null)),
    "row gone": (2, _rows(_lost_row)),
    "rows exchanged": (6, _rows(_exchanged)),
    "database file": (4, _database_file),
}
"""How often each comes, and what it does."""
