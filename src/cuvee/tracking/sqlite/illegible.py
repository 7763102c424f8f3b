"""Rows of which a text is none any more, since bytes in the file were altered: they are read all the same.

Such a text comes with `\\xff` in the place of what cannot be read. So the row is not as it was written, which
its seal tells, as of any other that was altered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import apsw


def read_altered(
    connection: apsw.Connection, sql: str, rows: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """The answers of a statement that reads, for each of these rows of values."""
    for values in rows:
        count = _columns(connection, sql, values)
        if count:
            yield from map(_legible, connection.execute(_as_bytes(sql, count), values))


def _columns(connection: apsw.Connection, sql: str, values: tuple[Any, ...]) -> int:
    """How many columns an answer has; none where there is no answer."""
    cursor = connection.execute(sql, values)
    try:
        return len(cursor.get_description())
    except apsw.ExecutionCompleteError:
        return 0
    finally:
        cursor.close(True)  # it stands before an answer that cannot be read


def _as_bytes(sql: str, count: int) -> str:
    """The same statement, each text as its bytes; and after all columns which of them are texts."""
    names = [f"c{number}" for number in range(count)]
    bodies = [f"iif(typeof({name}) = 'text', CAST({name} AS BLOB), {name})" for name in names]
    texts = [f"typeof({name}) = 'text'" for name in names]
    return f"WITH answer ({', '.join(names)}) AS ({sql}) SELECT {', '.join([*bodies, *texts])} FROM answer"  # noqa: S608 - no value in it


def _legible(row: tuple[Any, ...]) -> tuple[Any, ...]:
    half = len(row) // 2
    return tuple(
        [
            value.decode(errors="backslashreplace") if is_text else value
            for value, is_text in zip(row[:half], row[half:], strict=True)
        ]
    )
