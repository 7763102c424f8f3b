"""Tags in SQLite: names that people give, with all their moves."""

from __future__ import annotations

from cuvee.model.record import Tag
from cuvee.tracking.sqlite.connection import Database

CURRENT_TAGS = """
SELECT name, run, path, at FROM tag
WHERE id IN (SELECT max(id) FROM tag GROUP BY name) AND run IN (SELECT number FROM run)
"""
"""Where each tag is now."""

_IN_ORDER = CURRENT_TAGS + "ORDER BY name"
_MOVES = "SELECT name, run, path, at FROM tag WHERE name = ? ORDER BY id DESC"
_MOVE = "INSERT INTO tag (name, run, path, at) VALUES (?, ?, ?, ?)"


def read_tags(database: Database) -> tuple[Tag, ...]:
    """The tags that stand for something, by name, in a transaction of the caller's."""
    return tuple(Tag(*row) for row in database.execute(_IN_ORDER))


def read_moves(database: Database, name: str) -> tuple[Tag, ...]:
    """All that a tag has stood for, the newest first, in a transaction of the caller's."""
    return tuple(Tag(*row) for row in database.execute(_MOVES, (name,)))


def move_tag(database: Database, tag: Tag) -> None:
    """Note where a tag is from now on, in a transaction of the caller's."""
    database.execute(_MOVE, (tag.name, tag.run, tag.path, tag.at))
