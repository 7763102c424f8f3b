"""Artifacts in the database: written once by digest, read with all their children."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged
from cuvee.tracking.sqlite.trees import Kept, Rows, build, named_children, read_body

# Keep an artifact. The form of the newest writer counts: its blobs are the ones known to be there.
_KEEP_ARTIFACT = """
INSERT INTO artifact (digest, codec, type, size, tree) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET tree = excluded.tree WHERE tree <> excluded.tree
"""

# Note what else must stay while the artifact stays.
_KEEP_CHILD = "INSERT INTO artifact_child (parent, child) VALUES (?, ?) ON CONFLICT DO NOTHING"
_KEEP_BLOB = "INSERT INTO artifact_blob (artifact, blob, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"

# An artifact's own row.
_READ_ARTIFACT = "SELECT digest, codec, type, tree FROM artifact WHERE digest = ?"


def keep_artifacts(database: Database, rows: Rows) -> None:
    """Write these artifacts, in a transaction of the caller's."""
    database.each(_KEEP_ARTIFACT, [row[:5] for row in rows])
    database.each(_KEEP_CHILD, [(row.digest, child) for row in rows for child in row.children])
    database.each(_KEEP_BLOB, [(row.digest, *blob) for row in rows for blob in row.blobs])


def read_artifacts(database: Database, digests: Iterable[Digest]) -> dict[Digest, Artifact]:
    """Artifacts by digest, in a transaction of the caller's: one question for each level of their trees.

    Raises RecordsFault for one that is missing or cannot be read.
    """
    kept: dict[Digest, Kept] = {}
    wanted = dict.fromkeys(digests)
    while wanted:
        level = _read_level(database, wanted)
        kept.update(level)
        below = (child for row in level.values() if row.body.children for child in named_children(row.body))
        wanted = dict.fromkeys(child for child in below if child not in kept)
    built: dict[Digest, Artifact] = {}
    for digest in kept:
        _build(digest, kept, built)
    return built


def _read_level(database: Database, wanted: dict[Digest, None]) -> dict[Digest, Kept]:
    level: dict[Digest, Kept] = {}
    try:
        for digest, codec, type_, tree in database.each(_READ_ARTIFACT, [(digest,) for digest in wanted]):
            level[digest] = Kept(codec, type_, read_body(tree))
    except msgspec.DecodeError as error:
        raise damaged(database.path, f"an artifact cannot be read ({error})") from error
    for digest in wanted:
        if digest not in level:
            raise damaged(database.path, f"the artifact {digest.hex()} is gone")
    return level


def _build(digest: Digest, kept: dict[Digest, Kept], built: dict[Digest, Artifact]) -> None:
    if digest in built:
        return
    body = kept[digest].body
    if body.children:
        for child in named_children(body):
            _build(child, kept, built)
    built[digest] = build(digest, kept[digest], built)
