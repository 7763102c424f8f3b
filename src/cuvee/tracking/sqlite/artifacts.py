"""Artifacts in the database: written once by digest, read with all their children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_text
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.faults import damaged
from cuvee.tracking.sqlite.trees import BODY, NODE, Node, Reference, Rows, build, named_children

_Form = TypeVar("_Form")

# Keep an artifact. The form of the newest writer counts: its blobs are the ones known to be there.
_KEEP_ARTIFACT = """
INSERT INTO artifact (digest, codec, type, size, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET (codec, type, body) = (excluded.codec, excluded.type, excluded.body)
WHERE (codec, type, body) <> (excluded.codec, excluded.type, excluded.body)
"""

# Note what else must stay while the artifact stays.
_KEEP_CHILD = "INSERT INTO artifact_child (parent, child) VALUES (?, ?) ON CONFLICT DO NOTHING"
_KEEP_BLOB = "INSERT INTO artifact_blob (artifact, blob, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"

# An artifact's own row.
_READ_ARTIFACT = "SELECT digest, codec, type, body FROM artifact WHERE digest = ?"


def keep_artifacts(database: Database, rows: Rows) -> None:
    """Write these rows, in a transaction of the caller's."""
    database.each(_KEEP_ARTIFACT, [(row.digest, row.codec, row.type, row.size, row.body) for row in rows])
    database.each(_KEEP_CHILD, [(row.digest, child) for row in rows for child in row.children])
    database.each(_KEEP_BLOB, [(row.digest, *blob) for row in rows for blob in row.blobs])


def read_artifacts(database: Database, references: Iterable[Reference]) -> dict[Digest, Artifact]:
    """Artifacts by digest, in a transaction of the caller's: one question for each level of their trees.

    One that is missing, or is not what its digest names, is left out.
    """
    nodes: dict[Digest, Node | None] = {}
    wanted: dict[Digest, None] = {}
    for digest, written in references:
        if written is None:
            wanted[digest] = None
        elif digest not in nodes:
            nodes[digest] = _read(NODE.decode, written)
    while wanted:
        level = _read_level(database, wanted)
        nodes.update(level)
        below = (child for node in level.values() if node for child in named_children(node.body))
        wanted = dict.fromkeys(child for child in below if child not in nodes)
    built: dict[Digest, Artifact] = {}
    for digest in nodes:
        _build(digest, nodes, built)
    return built


def read_short(references: Iterable[tuple[Digest, bytes]]) -> dict[Digest, Artifact]:
    """As `read_artifacts`, of artifacts that are all written out: no row is read."""
    built: dict[Digest, Artifact] = {}
    for digest, written in references:
        node = _read(NODE.decode, written)
        artifact = None if node is None else build(digest, node, built)
        if artifact is not None:
            built[digest] = artifact
    return built


def known(database: Database, artifacts: Mapping[Digest, Artifact], digest: Digest) -> Artifact:
    """One of the artifacts that were read. Raises RecordsFault for one that was left out."""
    artifact = artifacts.get(digest)
    if artifact is None:
        raise damaged(database.path, f"the value {digest_text(digest)} is missing or altered")
    return artifact


def _read_level(database: Database, wanted: dict[Digest, None]) -> dict[Digest, Node | None]:
    level: dict[Digest, Node | None] = dict.fromkeys(wanted)
    for digest, codec, type_, content in database.each(_READ_ARTIFACT, [(digest,) for digest in wanted]):
        body = _read(BODY.decode, content)
        level[digest] = None if body is None else Node(codec, type_, body)
    return level


def _read(decode: Callable[[bytes], _Form], content: bytes) -> _Form | None:
    try:
        return decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _build(digest: Digest, nodes: dict[Digest, Node | None], built: dict[Digest, Artifact]) -> None:
    """Build an artifact, its children first."""
    node = nodes[digest]
    if node is None or digest in built:
        return
    nodes[digest] = None  # altered rows may say that a value holds itself: then there is none
    if node.body.children:
        for child in named_children(node.body):
            _build(child, nodes, built)
    artifact = build(digest, node, built)
    if artifact is not None:
        built[digest] = artifact
