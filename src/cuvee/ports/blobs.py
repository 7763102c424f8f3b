"""Blobs: bytes by digest."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cuvee.model.digest import Digest

Buffer = bytes | bytearray | memoryview


class BlobStore(Protocol):
    """Bytes, named by their digest, written once and verified when read.

    Safe for any number of processes and threads at once. Two writers of the same bytes both
    succeed and leave one blob. A blob is either absent or whole under its name: a writer that
    dies leaves nothing there.
    """

    def put(self, source: Buffer | Path) -> tuple[Digest, int]:
        """Keep these bytes, or this file's; their digest and size. Idempotent.

        Raises StoreFault when they cannot be kept: then nothing is under the name.
        """
        ...

    def get(self, digest: Digest) -> memoryview:
        """The bytes, checked against the digest: a private, writable view that nobody else sees.

        Raises DamagedBlob when they are missing, short, long or altered; the file at fault has
        then been moved out of the way, so that the next `put` mends it.
        """
        ...

    def copy(self, digest: Digest, target: Path) -> None:
        """A private copy of the blob as a file, checked. Raises as `get` does."""
        ...

    def present(self, digest: Digest, size: int) -> bool:
        """Whether a blob of that size is there. Cheap: the bytes are not read."""
        ...

    def verify(self, digest: Digest) -> bool:
        """Whether the bytes are there and whole; if not, whatever was there is out of the way."""
        ...

    def sync(self) -> None:
        """Return once every blob put by this object survives a power loss. Raises StoreFault."""
        ...
