"""Artifacts as rows: what is written out where it is used, and what is kept once and named by digest.

A short value that needs nothing else is written out wherever it is used: reading it costs no
look-up, writing it no place in an index. Anything else has a row of its own. Of its children the
short ones are written out in that row and the others named by digest, so that a value which many
others hold is kept once. Knows no SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from cuvee.model.artifact import Artifact, Blob, Part, Within, make_artifact, own_blobs
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.value import Value
from cuvee.tracking.sqlite.forms import Form
from cuvee.tracking.sqlite.wire import encode, path_bytes, read_path

LONGEST_SHORT = 256
"""Bytes of a form up to which it is short."""

Reference = tuple[Digest, bytes | None]
"""How an artifact is named in the database: its digest, and its form if that is written out."""


class PartForm(msgspec.Struct, array_like=True):
    """A part; `within` is the digest and size of the blob that it shares, and where it begins there."""

    name: str
    digest: Digest
    size: int
    inline: bytes | None
    source: bytes
    within: tuple[Digest, int, int] | None = None


class Body(msgspec.Struct, array_like=True):
    """What an artifact holds. A child has a row of its own if it is not written out."""

    meta: bytes
    parts: tuple[PartForm, ...]
    children: tuple[tuple[str, Digest, Node | None], ...]


class Node(msgspec.Struct, array_like=True):
    """An artifact without its digest: written out, or a row as it was read."""

    codec: str
    type: str
    body: Body


class Row(Value, frozen=True):
    """An artifact's row, with the children and the blobs (and their sizes) that it names."""

    digest: Digest
    codec: str
    type: str
    size: int
    body: bytes
    children: tuple[Digest, ...]
    blobs: tuple[tuple[Digest, int], ...]


BODY = Form(Body)
NODE = Form(Node)


def _written_out(row: Row) -> bytes | None:
    """The row as a node, if that is short."""
    if len(row.body) > LONGEST_SHORT:
        return None
    node = encode((row.codec, row.type, msgspec.Raw(row.body)))
    return node if len(node) <= LONGEST_SHORT else None


class Rows:
    """The rows that any number of artifacts need, each digest once."""

    def __init__(self) -> None:
        self._rows: dict[Digest, Row] = {}
        self._references: dict[Digest, Reference] = {}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def add(self, artifact: Artifact) -> Reference:
        """How to name this artifact, whose row is here if it needs one."""
        digest = artifact.digest
        reference = self._references.get(digest)
        if reference is None:
            reference = self._references[digest] = self._refer(artifact)
        return reference

    def _refer(self, artifact: Artifact) -> Reference:
        if not artifact.parts and not artifact.children:  # the most frequent case, by a shorter way
            node = encode((artifact.codec, artifact.type, (artifact.meta, (), ())))
            if len(node) <= LONGEST_SHORT:
                return artifact.digest, node
        row = self._row(artifact)
        # What names blobs or other rows gets a row, so that all that must stay is found by SQL.
        short = None if row.children or row.blobs else _written_out(row)
        if short is None:
            self._rows[row.digest] = row
        return row.digest, short

    def _row(self, artifact: Artifact) -> Row:
        size = len(artifact.meta)
        parts = []
        for part in artifact.parts:
            parts.append(_part_form(part))
            size += part.size
        blobs = [(blob.digest, blob.size) for blob in own_blobs(artifact)]
        children = []
        named: list[Digest] = []
        for name, child in artifact.children:
            row = self._rows.get(child.digest) or self._row(child)
            size += row.size
            node = _written_out(row)
            if node is None:
                self._rows[row.digest] = row
                named.append(row.digest)
            else:
                named += row.children
                blobs += row.blobs
            children.append((name, row.digest, None if node is None else msgspec.Raw(node)))
        body = encode((artifact.meta, parts, children))
        return Row(artifact.digest, artifact.codec, artifact.type, size, body, tuple(named), tuple(blobs))


def _part_form(part: Part) -> tuple[Any, ...]:
    form = (part.name, part.digest, part.size, part.inline, path_bytes(part.source))
    if part.within is None:
        return form
    return *form, (part.within.blob.digest, part.within.blob.size, part.within.offset)


def _part(form: PartForm) -> Part:
    within = None if form.within is None else Within(Blob(*form.within[:2]), form.within[2])
    return Part(form.name, form.digest, form.size, form.inline, read_path(form.source), within)


def named_children(body: Body) -> Iterator[Digest]:
    """The digests of the children that have rows of their own."""
    for _, digest, node in body.children:
        if node is None:
            yield digest
        else:
            yield from named_children(node.body)


def build(digest: Digest, node: Node, built: Mapping[Digest, Artifact]) -> Artifact | None:
    """The artifact of a node; None if it is not what the digest names."""
    if not (node.body.children or node.body.parts):
        leaf = make_artifact(node.codec, node.type, node.body.meta)
        return leaf if leaf.digest == digest else None
    children = []
    for name, child, below in node.body.children:
        artifact = built.get(child) if below is None else build(child, below, built)
        if artifact is None:
            return None
        children.append((name, artifact))
    parts = []
    for form in node.body.parts:
        if form.inline is not None and digest_bytes(form.inline) != form.digest:
            return None
        parts.append(_part(form))
    artifact = make_artifact(node.codec, node.type, node.body.meta, tuple(parts), tuple(children))
    return artifact if artifact.digest == digest else None
