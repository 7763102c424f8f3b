"""Artifacts as rows: which children are written out in their parent's row and which get a row of their own.

A short child is written out, so that most values are one look-up; a long one is named by digest,
so that a value held by many others is kept once. Knows no SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
from msgspec.msgpack import Decoder

from cuvee.model.artifact import Artifact, Part
from cuvee.model.digest import Digest
from cuvee.tracking.sqlite.wire import encode

LONGEST_NESTED = 256
"""Bytes of a child's form up to which it is written out in its parent."""


class Body(msgspec.Struct, array_like=True):
    """What an artifact holds, as it is kept."""

    meta: bytes
    parts: tuple[tuple[str, Digest, int, bytes | None], ...]
    children: tuple[tuple[str, Node | Digest], ...]


class Node(msgspec.Struct, array_like=True):
    """A child that is written out."""

    digest: Digest
    codec: str
    type: str
    body: Body


class Row(NamedTuple):
    """An artifact's row, with the children and the blobs (and their sizes) that its tree names."""

    digest: Digest
    codec: str
    type: str
    size: int
    tree: bytes
    children: tuple[Digest, ...]
    blobs: tuple[tuple[Digest, int], ...]


read_body = Decoder(Body).decode


class Rows:
    """The rows of any number of artifacts, each digest once."""

    def __init__(self) -> None:
        self._rows: dict[Digest, Row] = {}

    def add(self, artifact: Artifact) -> Digest:
        """Have the rows of this artifact; its digest."""
        digest = artifact.digest
        if digest not in self._rows:
            self._rows[digest] = self._row(artifact)
        return digest

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def _row(self, artifact: Artifact) -> Row:
        size = len(artifact.meta)
        parts: list[tuple[str, Digest, int, bytes | None]] = []
        blobs: list[tuple[Digest, int]] = []
        for part in artifact.parts:
            parts.append((part.name, part.digest, part.size, part.inline))
            size += part.size
            if part.inline is None:
                blobs.append((part.digest, part.size))
        children: list[tuple[str, msgspec.Raw | Digest]] = []
        named: list[Digest] = []
        for name, child in artifact.children:
            row = self._rows.get(child.digest) or self._row(child)
            size += row.size
            node = encode((row.digest, row.codec, row.type, msgspec.Raw(row.tree)))
            if len(node) <= LONGEST_NESTED:
                children.append((name, msgspec.Raw(node)))
                named += row.children
                blobs += row.blobs
            else:
                self._rows[row.digest] = row
                children.append((name, row.digest))
                named.append(row.digest)
        tree = encode((artifact.meta, parts, children))
        return Row(artifact.digest, artifact.codec, artifact.type, size, tree, tuple(named), tuple(blobs))


class Kept(NamedTuple):
    """An artifact's row as it was read."""

    codec: str
    type: str
    body: Body


def named_children(body: Body) -> Iterator[Digest]:
    """The digests of the children that have rows of their own."""
    for _, child in body.children:
        if isinstance(child, Node):
            yield from named_children(child.body)
        else:
            yield child


def build(digest: Digest, kept: Kept, built: Mapping[Digest, Artifact]) -> Artifact:
    """The artifact of a row. Raises KeyError for a named child that is not built yet."""
    return _artifact(digest, kept.codec, kept.type, kept.body, built)


def _artifact(
    digest: Digest, codec: str, type: str, body: Body, built: Mapping[Digest, Artifact]
) -> Artifact:
    children = tuple(
        [
            (name, _artifact(child.digest, child.codec, child.type, child.body, built))
            if isinstance(child, Node)
            else (name, built[child])
            for name, child in body.children
        ]
    )
    return Artifact(digest, codec, type, body.meta, tuple([Part(*part) for part in body.parts]), children)
