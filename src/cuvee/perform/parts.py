"""Where the parts of an artifact go: into the database, into blobs of their own, or many into one.

A file for each of ten thousand short columns would cost more than the columns. Which parts share
a blob is no part of an artifact's digest, and a part is checked by its own digest when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from cuvee.codecs.codec import Outside
from cuvee.codecs.content import digest_file
from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.artifact import Blob, Part, Within
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.value import Value


class Written(Value, frozen=True):
    """A part that is a blob in the store already."""

    digest: Digest
    size: int


if TYPE_CHECKING:
    from cuvee.codecs.codec import Buffer
    from cuvee.ports.blobs import BlobStore

    Content = Buffer | Path | Outside | Written

INLINE_BYTES = 4096
"""A part up to this size is kept in the database: a file of its own would cost more."""

# Where a value has more than these, its small parts share blobs.
_MOST_FILES = 16
_MOST_INLINE = 1 << 16
_SMALL_BYTES = 1 << 16

# How long shared blobs are, about and at most.
_SHARED_BYTES = 1 << 19
_MOST_SHARED = 1 << 20

# Where a part begins in a blob: a multiple of this, as arrays want it.
_ALIGNED = 64


class Shared(Value, frozen=True):
    """A small part that has found its place among others."""

    digest: Digest
    within: Within


def stored_parts(
    contents: Iterable[tuple[str, Content]], store: BlobStore, keep_inputs: int
) -> tuple[Part, ...]:
    """The parts of one artifact, in the store as far as that is where they go. Raises StoreFault."""
    named = [(name, _viewed(content)) for name, content in contents]
    if not named:
        return ()
    small = [view for _, view in named if isinstance(view, memoryview) and view.nbytes <= _SMALL_BYTES]
    in_files = sum(view.nbytes > INLINE_BYTES for view in small)
    inline = sum(view.nbytes for view in small if view.nbytes <= INLINE_BYTES)
    places = _shared(small, store) if in_files > _MOST_FILES or inline > _MOST_INLINE else {}
    return tuple(_part(name, content, places.get(id(content)), store, keep_inputs) for name, content in named)


def is_long(content: Content) -> TypeGuard[Buffer]:
    """Whether a part is a buffer that never shares a blob."""
    return isinstance(content, bytes | bytearray | memoryview) and memoryview(content).nbytes > _SMALL_BYTES


def digest_content(content: Buffer | Path | Outside) -> Digest:
    """The digest of a part. Raises OSError where a file of it cannot be read."""
    if isinstance(content, Path | Outside):
        return digest_file(content if isinstance(content, Path) else content.path)[0]
    return digest_bytes(memoryview(content).cast("B"))


def shared_part(part: Part, blob: memoryview) -> memoryview:
    """The bytes of a part in those of the blob that it shares. Raises DamagedBlob if they are others."""
    assert part.within is not None
    view = blob[part.within.offset : part.within.offset + part.size]
    if digest_bytes(view) != part.digest:
        raise DamagedBlob(
            f"a part ({part.name}) is not where it should be in its blob", part.within.blob.digest
        )
    return view


def _viewed(content: Content) -> memoryview | Path | Outside | Written:
    return content if isinstance(content, Path | Outside | Written) else memoryview(content).cast("B")


def _part(
    name: str,
    content: memoryview | Path | Outside | Written,
    shared: Shared | None,
    store: BlobStore,
    keep_inputs: int,
) -> Part:
    if isinstance(content, Written):
        return Part(name, content.digest, content.size)
    if isinstance(content, Outside):
        return Part(name, *_outside(content, store, keep_inputs), source=str(content.path))
    if isinstance(content, Path):
        return Part(name, *store.put(content))
    if shared is not None:
        return Part(name, shared.digest, content.nbytes, within=shared.within)
    if content.nbytes <= INLINE_BYTES:
        return Part(name, digest_bytes(content), content.nbytes, bytes(content))
    return Part(name, *store.put(content))


def _shared(views: Iterable[memoryview], store: BlobStore) -> dict[int, Shared]:
    """The digests and places of small parts, by the identity of their views; the blobs are in the store."""
    found: dict[int, Shared] = {}
    for group in _grouped(views):
        content = bytearray()
        offsets = []
        for view, _ in group:
            content.extend(bytes(-len(content) % _ALIGNED))
            offsets.append(len(content))
            content.extend(view)
        blob = Blob(*store.put(content))
        for (view, digest), offset in zip(group, offsets, strict=True):
            found[id(view)] = Shared(digest, Within(blob, offset))
    return found


def _grouped(views: Iterable[memoryview]) -> Iterator[list[tuple[memoryview, Digest]]]:
    """Parts in groups that end after some of them, told by their content alone: so one that is new
    among them changes its own group, and not where all later ones begin."""
    group: list[tuple[memoryview, Digest]] = []
    size = 0
    for view in views:
        digest = digest_bytes(view)
        group.append((view, digest))
        size += view.nbytes
        chance = int.from_bytes(digest[1:5], "little") / (1 << 32)
        if size > _MOST_SHARED or chance * _SHARED_BYTES < view.nbytes:
            yield group
            group, size = [], 0
    if group:
        yield group


def _outside(content: Outside, store: BlobStore, keep_inputs: int) -> tuple[Digest, int]:
    """A folder is kept as a whole or not at all."""
    try:
        digest, size = digest_file(content.path)
    except OSError as error:
        raise StoreFault(f"{content.path} could not be read: {error}") from error
    if max(size, content.among) > keep_inputs or store.present(digest, size):
        return digest, size
    return store.put(content.path)
