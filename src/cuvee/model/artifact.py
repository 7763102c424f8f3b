"""Artifacts: values in the store, named by the digest of their content.

An artifact is a small tree. A leaf says which codec made it and holds `meta` (small, kept in
the database: a plain value is nothing else) and parts (byte strings; short ones inline in the
database, the rest blobs in the store). A branch (a tuple, a list, a dict, a dataclass) has
children, each an artifact of its own, so an element can be passed on, mapped over or compared
without touching its siblings, and costs no bytes of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from cuvee.model.digest import Digest, digest_parts
from cuvee.model.value import Value


class Part(Value, frozen=True):
    """One byte string of an artifact. `inline` has the bytes when they are not a blob in the store.

    `source` is the user's own file that had this content: relative to the project, or absolute.
    """

    name: str
    digest: Digest
    size: int
    inline: bytes | None = None
    source: str = ""


class Artifact(Value, frozen=True):
    """A stored value. `codec` reads it back; `type` is its class, to show: `pandas.DataFrame`."""

    digest: Digest
    codec: str
    type: str
    meta: bytes = b""
    parts: tuple[Part, ...] = ()
    children: tuple[tuple[str, Artifact], ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the value as it is stored, children included."""
        own = len(self.meta) + sum(part.size for part in self.parts)
        return own + sum(child.size for _, child in self.children)

    def child(self, name: str) -> Artifact:
        """The element of that name. Raises KeyError if there is none."""
        for known, artifact in self.children:
            if known == name:
                return artifact
        raise KeyError(name)


def make_artifact(
    codec: str,
    type: str,
    meta: bytes = b"",
    parts: tuple[Part, ...] = (),
    children: tuple[tuple[str, Artifact], ...] = (),
) -> Artifact:
    """An artifact with its digest: of codec, meta, parts and children; where a part lies is not in it."""
    pieces = [codec.encode(), meta, len(parts).to_bytes(4, "little")]
    for part in parts:
        pieces += (part.name.encode(), part.digest)
    for name, child in children:
        pieces += (name.encode(), child.digest)
    return Artifact(digest_parts("artifact", pieces), codec, type, meta, parts, children)


def blobs_of(artifact: Artifact) -> Iterator[Part]:
    """The parts of an artifact and its children that are blobs in the store."""
    for part in artifact.parts:
        if part.inline is None:
            yield part
    for _, child in artifact.children:
        yield from blobs_of(child)
