"""Artifacts in the database: written once by digest, read with all their children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_text
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged
from cuvee.tracking.sqlite.trees import Node, Reference, Rows, build, named_children, read_body, read_node

# Keep an artifact. The form of the newest writer counts: its blobs are the ones known to be there.
_KEEP_ARTIFACT = """
INSERT INTO artifact (digest, codec, type, size, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET body = excluded.body WHERE body <> excluded.body
"""

# Note what else must stay while the artifact stays.
_KEEP_CHILD = "INSERT INTO artifact_child (parent, child) VALUES (?, ?) ON CONFLICT DO NOTHING"
_KEEP_BLOB = "INSERT INTO artifact_blob (artifact, blob, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"

# An artifact's own row.
_READ_ARTIFACT = "SELECT digest, codec, type, body FROM artifact WHERE digest = ?"


def keep_artifacts(database: Database, rows: Rows) -> None:
    """Write these rows, in a transaction of the caller's."""
    database.each(_KEEP_ARTIFACT, [row[:5] for row in rows])
    database.each(_KEEP_CHILD, [(row.digest, child) for row in rows for child in row.children])
    database.each(_KEEP_BLOB, [(row.digest, *blob) for row in rows for blob in row.blobs])


def read_artifacts(database: Database, references: Iterable[Reference]) -> dict[Digest, Artifact]:
    """Artifacts by digest, in a transaction of the caller's: one question for each level of their trees.

    Raises RecordsFault for one that is missing or cannot be read.
    """
    nodes: dict[Digest, Node] = {}
    wanted: dict[Digest, None] = {}
    with readable(database):
        for digest, written in references:
            if written is None:
                wanted[digest] = None
            elif digest not in nodes:
                nodes[digest] = read_node(written)
        while wanted:
            level = _read_level(database, wanted)
            nodes.update(level)
            below = (child for node in level.values() for child in named_children(node.body))
            wanted = dict.fromkeys(child for child in below if child not in nodes)
    built: dict[Digest, Artifact] = {}
    for digest in nodes:
        _build(digest, nodes, built)
    return built


@contextmanager
def readable(database: Database) -> Iterator[None]:
    """Bytes that are not what `wire` writes become a RecordsFault."""
    try:
        yield
    except msgspec.DecodeError as error:
        raise damaged(database.path, f"what is kept of a value or a call cannot be read ({error})") from error


def _read_level(database: Database, wanted: dict[Digest, None]) -> dict[Digest, Node]:
    rows = database.each(_READ_ARTIFACT, [(digest,) for digest in wanted])
    level = {digest: Node(codec, type_, read_body(body)) for digest, codec, type_, body in rows}
    for digest in wanted:
        if digest not in level:
            raise damaged(database.path, f"the artifact {digest_text(digest)} is gone")
    return level


def _build(digest: Digest, nodes: dict[Digest, Node], built: dict[Digest, Artifact]) -> None:
    """Build an artifact, its children first."""
    if digest in built:
        return
    node = nodes[digest]
    if node.body.children:
        for child in named_children(node.body):
            _build(child, nodes, built)
    built[digest] = build(digest, node, built)
