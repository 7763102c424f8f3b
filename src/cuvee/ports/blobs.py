"""Blobs: bytes by digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from cuvee.model.digest import Digest
from cuvee.model.value import Value

Buffer = bytes | bytearray | memoryview


class StoredBlob(Value, frozen=True):
    """A blob that is there: its size in bytes, and when it was put, for the last time, in seconds since
    1970. Its bytes have not been looked at."""

    digest: Digest
    size: int
    put: float


class BlobStore(Protocol):
    """Bytes, named by their digest, written once and verified when read.

    Safe for any number of processes and threads at once. Two writers of the same bytes both
    succeed and leave one blob. A blob is either absent or whole under its name: a writer that
    dies leaves nothing there.
    """

    def put(self, source: Buffer | Path, digest: Digest | None = None) -> tuple[Digest, int]:
        """Keep these bytes, or this file's; their digest and size. Idempotent. `digest` is that of the
        bytes, where somebody has just taken it.

        Raises StoreFault when they cannot be kept: then nothing is under the name.
        """
        ...

    def get(self, digest: Digest) -> memoryview:
        """The bytes, checked against the digest: a private, writable view that nobody else sees.

        A large blob that was checked already, and has not been touched since as far as the file
        system tells, is not read through again until `forget_checks`. Raises DamagedBlob when they
        are missing, short, long or altered; what is at fault has then been moved out of the way, so
        that the next `put` mends it.
        """
        ...

    def copy(self, digest: Digest, target: Path) -> None:
        """A private copy of the blob as a file, checked. Raises as `get` does."""
        ...

    def present(self, digest: Digest, size: int) -> bool:
        """Whether a blob of that size is there. Cheap: the bytes are not read."""
        ...

    def matches(self, digest: Digest, view: memoryview) -> bool:
        """Whether these bytes, which may be written to, are the very ones that this object put under the
        digest; False, too, where that could only be told by digesting them. Nobody changes them meanwhile.
        """
        ...

    def verify(self, digest: Digest) -> bool:
        """Whether the bytes are there and whole; if not, whatever was there is out of the way."""
        ...

    def sync(self) -> None:
        """Return once every blob put by this object survives a power loss. Raises StoreFault."""
        ...

    def forget_checks(self) -> None:
        """Check every blob again when it is read next: a run begins."""
        ...

    def hold(self) -> None:
        """From now on until `release`, nothing is deleted: what was looked up is there. For moments.

        Any number of holders, each of whom gives its own back.
        """
        ...

    def release(self) -> None:
        """Give one `hold` back."""
        ...

    def shut(self, patience: float = 10.0) -> AbstractContextManager[None]:
        """As long as this is open there are no other holders; new ones wait.

        Raises StoreFault if some do not let go for `patience` seconds.
        """
        ...

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob that is there, whole or not."""
        ...

    def delete(self, digests: Iterable[Digest], before: float) -> int:
        """Delete those of these that were last put before then; the bytes freed. A view that somebody
        has of one stays whole. Raises StoreFault.
        """
        ...
