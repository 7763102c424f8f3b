from __future__ import annotations

from pathlib import Path

from cuvee.model.digest import Digest
from cuvee.stores.memory import MemoryStore
from cuvee.testing.blobs import BlobStoreContract


class TestMemoryStore(BlobStoreContract):
    def make(self, home: Path) -> MemoryStore:
        return MemoryStore()

    def tamper(self, store: MemoryStore, digest: Digest, data: bytes | None) -> None:
        if data is None:
            del store._blobs[digest]
        else:
            store._blobs[digest] = data
