"""Artifacts: values in the store, named by the digest of their content.

An artifact is a small tree. A leaf says which codec made it and holds `meta` (small, kept in
the database: a plain value is nothing else) and parts (byte strings; short ones inline in the
database, the rest blobs in the store). A branch (a tuple, a list, a dict, a dataclass) has
children, each an artifact of its own, so an element can be passed on, mapped over or compared
without touching its siblings, and costs no bytes of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cuvee.model.digest import Digest, digest_parts, digest_whole, frame_head, frame_part
from cuvee.model.value import Value


class Blob(Value, frozen=True):
    """Bytes in the store, and how many they are."""

    digest: Digest
    size: int


class Within(Value, frozen=True):
    """Where in a blob a part lies that is too small for one of its own."""

    blob: Blob
    offset: int


class Part(Value, frozen=True):
    """One byte string of an artifact. `inline` has the bytes when they are not in the store.

    It is a blob in the store, or lies `within` one that it shares with other parts. `source` is
    the user's own file that had this content: relative to the project, or absolute.
    """

    name: str
    digest: Digest
    size: int
    inline: bytes | None = None
    source: str = ""
    within: Within | None = None

    @property
    def blob(self) -> Blob | None:
        """The blob that has its bytes; None if they are inline."""
        if self.inline is not None:
            return None
        return self.within.blob if self.within else Blob(self.digest, self.size)


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


_NO_PARTS = frame_part((0).to_bytes(4, "little"))


@lru_cache
def _leaf_head(codec: str) -> bytes:
    """What the digest of an artifact without parts and children is of, up to its meta."""
    return frame_head("artifact", 3) + frame_part(codec.encode())


def make_artifact(
    codec: str,
    type: str,
    meta: bytes = b"",
    parts: tuple[Part, ...] = (),
    children: tuple[tuple[str, Artifact], ...] = (),
) -> Artifact:
    """An artifact with its digest: of codec, meta, parts and children; where a part lies is not in it."""
    if not parts and not children:  # most values are short
        framed = _leaf_head(codec) + frame_part(meta) + _NO_PARTS
        return Artifact(digest_whole(framed), codec, type, meta)
    pieces = [codec.encode(), meta, len(parts).to_bytes(4, "little")]
    for part in parts:
        pieces += (part.name.encode(), part.digest)
    for name, child in children:
        pieces += (name.encode(), child.digest)
    return Artifact(digest_parts("artifact", pieces), codec, type, meta, parts, children)


def blobs_of(artifact: Artifact) -> Iterator[Blob]:
    """The blobs in the store that an artifact and its children need; one that parts share comes once."""
    yield from own_blobs(artifact)
    for _, child in artifact.children:
        yield from blobs_of(child)


def own_blobs(artifact: Artifact) -> dict[Blob, None]:
    """The blobs of an artifact's own parts, in order."""
    return {blob: None for part in artifact.parts if (blob := part.blob) is not None}
