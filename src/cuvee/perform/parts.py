"""Where the parts of an artifact go: into the database, into blobs of their own, or many into one.

A file for each of ten thousand short columns would cost more than the columns. Which parts share
a blob is no part of an artifact's digest, and a part is checked by its own digest when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.codecs.codec import Outside
from cuvee.codecs.content import digest_file
from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.artifact import Blob, Part, Within
from cuvee.model.digest import Digest, digest_bytes

if TYPE_CHECKING:
    from cuvee.codecs.codec import Buffer
    from cuvee.ports.blobs import BlobStore

    Content = Buffer | Path | Outside

INLINE_BYTES = 4096
"""A part up to this size is kept in the database: a file of its own would cost more."""

# Where a value has more than these, its small parts share blobs: the database stays small, and a
# blob so small that a new column, which makes the last of them again, costs little.
_MOST_FILES = 16
_MOST_INLINE = 1 << 16
_SMALL_BYTES = 1 << 16
_SHARED_BYTES = 1 << 20

# Where a part begins in a blob: a multiple of this, as arrays want it.
_ALIGNED = 64


def stored_parts(
    contents: Iterable[tuple[str, Content]], store: BlobStore, keep_inputs: int
) -> tuple[Part, ...]:
    """The parts of one artifact, in the store as far as that is where they go. Raises StoreFault."""
    named = [(name, _viewed(content)) for name, content in contents]
    small = [view for _, view in named if isinstance(view, memoryview) and view.nbytes <= _SMALL_BYTES]
    in_files = sum(view.nbytes > INLINE_BYTES for view in small)
    inline = sum(view.nbytes for view in small if view.nbytes <= INLINE_BYTES)
    places = _shared(small, store) if in_files > _MOST_FILES or inline > _MOST_INLINE else {}
    return tuple(_part(name, content, places.get(id(content)), store, keep_inputs) for name, content in named)


def shared_part(part: Part, blob: memoryview) -> memoryview:
    """The bytes of a part in those of the blob that it shares. Raises DamagedBlob if they are others."""
    assert part.within is not None
    view = blob[part.within.offset : part.within.offset + part.size]
    if digest_bytes(view) != part.digest:
        raise DamagedBlob(
            f"a part ({part.name}) is not where it should be in its blob", part.within.blob.digest
        )
    return view


def _viewed(content: Content) -> memoryview | Path | Outside:
    return content if isinstance(content, Path | Outside) else memoryview(content).cast("B")


def _part(
    name: str, content: memoryview | Path | Outside, within: Within | None, store: BlobStore, keep_inputs: int
) -> Part:
    if isinstance(content, Outside):
        return Part(name, *_outside(content.path, store, keep_inputs), source=str(content.path))
    if isinstance(content, Path):
        return Part(name, *store.put(content))
    if within is not None:
        return Part(name, digest_bytes(content), content.nbytes, within=within)
    if content.nbytes <= INLINE_BYTES:
        return Part(name, digest_bytes(content), content.nbytes, bytes(content))
    return Part(name, *store.put(content))


def _shared(views: Iterable[memoryview], store: BlobStore) -> dict[int, Within]:
    """The places of small parts, by the identity of their views, in blobs that are in the store."""
    places: dict[int, Within] = {}
    for group in _groups(views):
        content = bytearray()
        offsets = []
        for view in group:
            content.extend(bytes(-len(content) % _ALIGNED))
            offsets.append(len(content))
            content.extend(view)
        blob = Blob(*store.put(content))
        places.update((id(view), Within(blob, at)) for view, at in zip(group, offsets, strict=True))
    return places


def _groups(views: Iterable[memoryview]) -> Iterator[list[memoryview]]:
    group: list[memoryview] = []
    size = 0
    for view in views:
        if group and size + view.nbytes > _SHARED_BYTES:
            yield group
            group, size = [], 0
        group.append(view)
        size += view.nbytes
    yield group


def _outside(path: Path, store: BlobStore, keep_inputs: int) -> tuple[Digest, int]:
    try:
        digest, size = digest_file(path)
    except OSError as error:
        raise StoreFault(f"{path} could not be read: {error}") from error
    if size > keep_inputs or store.present(digest, size):
        return digest, size
    return store.put(path)
