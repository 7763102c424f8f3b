"""Blobs in memory: for tests, and for runs that are to leave nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import Digest, digest_bytes, digest_text

if TYPE_CHECKING:
    from cuvee.ports.blobs import Buffer


class MemoryStore:
    """A `BlobStore` that lives as long as its process."""

    def __init__(self) -> None:
        self._blobs: dict[Digest, bytes] = {}

    def put(self, source: Buffer | Path) -> tuple[Digest, int]:
        """Keep these bytes, or this file's; their digest and size."""
        try:
            data = source.read_bytes() if isinstance(source, Path) else bytes(source)
        except OSError as error:
            raise StoreFault(f"a file could not be read: {error}") from error
        digest = digest_bytes(data)
        self._blobs[digest] = data
        return digest, len(data)

    def get(self, digest: Digest) -> memoryview:
        """The bytes, checked: a private, writable view."""
        data = self._blobs.get(digest)
        if data is None or digest_bytes(data) != digest:
            self._blobs.pop(digest, None)
            what = "is missing" if data is None else "was altered"
            raise DamagedBlob(f"blob {digest_text(digest)} {what} in memory", digest)
        return memoryview(bytearray(data))

    def copy(self, digest: Digest, target: Path) -> None:
        """A private copy of the blob as a file that is not there yet, checked."""
        data = self.get(digest)
        try:
            with target.open("xb") as file:
                file.write(data)
        except OSError as error:
            raise StoreFault(f"{target} could not be written: {error}") from error

    def present(self, digest: Digest, size: int) -> bool:
        """Whether a blob of that size is there."""
        data = self._blobs.get(digest)
        return data is not None and len(data) == size

    def verify(self, digest: Digest) -> bool:
        """Whether the bytes are there and whole; if not, whatever was there is out of the way."""
        try:
            self.get(digest)
        except DamagedBlob:
            return False
        return True

    def sync(self) -> None:
        """Nothing here survives a power loss, and nothing is promised to."""
