"""An artifact becomes a value again, private to whoever asked for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cuvee.codecs.content import digest_file
from cuvee.codecs.plain import decode_plain
from cuvee.codecs.registry import codec_named
from cuvee.errors import CannotDecode, CuveeError, DamagedBlob, StoreFault
from cuvee.perform.parts import shared_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from cuvee.model.artifact import Artifact, Part
    from cuvee.model.digest import Digest
    from cuvee.ports.blobs import BlobStore


def unpack(artifact: Artifact, store: BlobStore, scratch: Path | str) -> Any:
    """The value. Files of it that are not the user's own are made in `scratch`.

    Raises DamagedBlob, whose `digest` says which blob is at fault, and CannotDecode where the
    code of today cannot read it.
    """
    codec = codec_named(artifact.codec)
    try:
        if artifact.codec == "plain" and artifact.meta:
            return decode_plain(artifact.meta)
        return codec.decode(StoredParts(artifact, store, scratch))
    except (CuveeError, MemoryError):
        raise
    except Exception as error:  # a codec runs code of the value's library, which may raise anything
        raise CannotDecode(
            f"a {artifact.type} cannot be read back ({type(error).__name__}: {error}): "
            "was it made with other versions of its packages, or has its class moved? Run again"
        ) from error


class StoredParts:
    """A stored artifact, as its codec sees it."""

    def __init__(self, artifact: Artifact, store: BlobStore, scratch: Path | str) -> None:
        self.type = artifact.type
        self.meta = artifact.meta
        self._artifact = artifact
        self._store = store
        self._scratch = scratch
        self._by_name = {part.name: part for part in artifact.parts}
        self._shared: dict[Digest, memoryview] = {}

    def read(self, name: str) -> memoryview:
        part = self._part(name)
        if part.inline is not None:
            return memoryview(bytearray(part.inline))
        if part.within is not None:
            return shared_part(part, self._blob(part.within.blob.digest))
        return self._store.get(part.digest)

    def own(self, name: str) -> Path | None:
        part = self._part(name)
        return Path(part.source) if part.source and _has_content(Path(part.source), part) else None

    def folder(self) -> Path:
        return _new_folder(self._scratch)

    def copy(self, name: str, target: Path) -> None:
        part = self._part(name)
        try:
            self._store.copy(part.digest, target)
        except DamagedBlob as error:
            if not part.source:
                raise
            raise DamagedBlob(
                f"{part.source} has changed since it was given, and what it was then is not in the store "
                f"({error}): run again, and raise keep_inputs if such files should be kept",
                part.digest,
            ) from error

    def names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self._artifact.parts)

    def children(self) -> tuple[tuple[str, Callable[[], Any]], ...]:
        return tuple(
            (name, partial(unpack, child, self._store, self._scratch))
            for name, child in self._artifact.children
        )

    def _part(self, name: str) -> Part:
        return self._by_name[name]

    def _blob(self, digest: Digest) -> memoryview:
        """A blob that parts share, read once."""
        view = self._shared.get(digest)
        if view is None:
            view = self._shared[digest] = self._store.get(digest)
        return view


def _has_content(path: Path, part: Part) -> bool:
    try:
        return path.stat().st_size == part.size and digest_file(path)[0] == part.digest
    except OSError:
        return False


def _new_folder(scratch: Path | str) -> Path:
    """A folder in `scratch` that nobody has: two files of one name are kept apart."""
    number = 0
    while True:
        folder = Path(scratch) / f"file-{number}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
        except OSError as error:
            raise StoreFault(f"{folder} could not be made: {error}") from error
        else:
            return folder
