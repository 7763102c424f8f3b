"""Blobs in memory: for tests, and for runs that are to leave nothing behind."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import Digest, digest_bytes, digest_text
from cuvee.ports.blobs import StoredBlob

if TYPE_CHECKING:
    from cuvee.ports.blobs import Buffer


class MemoryStore:
    """A `BlobStore` that lives as long as its process."""

    def __init__(self) -> None:
        self._blobs: dict[Digest, bytes] = {}
        self._put: dict[Digest, float] = {}
        self._holders = 0

    def put(self, source: Buffer | Path, digest: Digest | None = None) -> tuple[Digest, int]:
        """Keep these bytes, or this file's; their digest and size."""
        try:
            data = source.read_bytes() if isinstance(source, Path) else bytes(source)
        except OSError as error:
            raise StoreFault(f"a file could not be read: {error}") from error
        digest = digest or digest_bytes(data)
        self._blobs[digest] = data
        self._put[digest] = time.time()
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

    def matches(self, digest: Digest, view: memoryview) -> bool:
        """Whether these bytes are those under the digest: digested, since these may have been altered."""
        return digest in self._blobs and digest_bytes(view) == digest

    def verify(self, digest: Digest) -> bool:
        """Whether the bytes are there and whole; if not, whatever was there is out of the way."""
        try:
            self.get(digest)
        except DamagedBlob:
            return False
        return True

    def sync(self) -> None:
        """Nothing here survives a power loss, and nothing is promised to."""

    def forget_checks(self) -> None:
        """Each reading checks."""

    def hold(self) -> None:
        """Nothing is deleted from now on until `release`."""
        self._holders += 1

    def release(self) -> None:
        """Give one `hold` back."""
        self._holders -= 1

    @contextmanager
    def shut(self, patience: float = 10.0) -> Iterator[None]:
        """Nobody else is in this process: there is nothing to wait for."""
        if self._holders:
            raise StoreFault("the store is in use: nothing was deleted there")
        yield

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob, whole or not."""
        for digest, data in sorted(self._blobs.items()):
            yield StoredBlob(digest, len(data), self._put.get(digest, 0.0))

    def delete(self, digests: Iterable[Digest], before: float) -> int:
        """Delete those of these that were last put before then; the bytes freed."""
        old = [one for one in digests if one in self._blobs and self._put.get(one, 0.0) < before]
        return sum(len(self._blobs.pop(one)) for one in old)
