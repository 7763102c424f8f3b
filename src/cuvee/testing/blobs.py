"""What every `BlobStore` has to do, as tests: subclass `BlobStoreContract` and say how one is made.

class TestMyStore(BlobStoreContract):
    def make(self, home): return MyStore(home)
    def tamper(self, store, digest, data): ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import Digest, digest_bytes
from cuvee.ports.blobs import BlobStore

# Empty, tiny, of some pages, and large enough to be mapped and to be hashed by several threads.
CONTENTS = {
    "empty": b"",
    "short": b"one blob",
    "pages": bytes(range(256)) * 40,
    "large": bytes(range(251)) * 25_000,
}

# What can happen to bytes on a disk; None: they are gone.
DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "first bit flipped": lambda data: bytes((data[0] ^ 1,)) + data[1:],
    "last bit flipped": lambda data: data[:-1] + bytes((data[-1] ^ 0x80,)),
    "truncated": lambda data: data[:-1],
    "extended": lambda data: data + b"\x00",
    "zeroed": lambda data: bytes(len(data)),
    "other bytes": lambda data: data[::-1],
}


class BlobStoreContract(ABC):
    """Tests of a store. `make` opens one in a folder that is empty or not there."""

    @abstractmethod
    def make(self, home: Path) -> BlobStore: ...

    @abstractmethod
    def tamper(self, store: Any, digest: Digest, data: bytes | None) -> None:
        """Put these bytes where the blob's are, behind the store's back; None takes them away."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> BlobStore:
        return self.make(tmp_path / "home")

    @pytest.mark.parametrize("data", CONTENTS.values(), ids=CONTENTS.keys())
    def test_gives_back_what_was_put(self, store: BlobStore, data: bytes) -> None:
        digest, size = store.put(data)
        assert (digest, size) == (digest_bytes(data), len(data))
        assert store.get(digest) == data

    @pytest.mark.parametrize("data", CONTENTS.values(), ids=CONTENTS.keys())
    def test_takes_a_file(self, store: BlobStore, tmp_path: Path, data: bytes) -> None:
        source = tmp_path / "source"
        source.write_bytes(data)
        digest, size = store.put(source)
        source.unlink()
        assert (digest, size) == (digest_bytes(data), len(data))
        assert store.get(digest) == data

    def test_takes_any_buffer(self, store: BlobStore) -> None:
        numbers: Any = memoryview(b"12345678" * 3).cast("d")
        for buffer in (b"abc", bytearray(b"abc"), memoryview(b"xabcx")[1:4], numbers):
            digest, size = store.put(buffer)
            assert size == memoryview(buffer).nbytes
            assert store.get(digest) == bytes(buffer)

    def test_refuses_a_file_that_is_not_there(self, store: BlobStore, tmp_path: Path) -> None:
        with pytest.raises(StoreFault, match="could not be read"):
            store.put(tmp_path / "absent")

    def test_putting_twice_is_putting_once(self, store: BlobStore) -> None:
        assert store.put(b"twice") == store.put(bytearray(b"twice"))
        assert bytes(store.get(digest_bytes(b"twice"))) == b"twice"

    def test_a_later_change_of_the_source_does_not_reach_the_store(self, store: BlobStore) -> None:
        source = bytearray(CONTENTS["large"])
        digest, _ = store.put(source)
        source[0] ^= 0xFF
        assert store.get(digest) == CONTENTS["large"]

    @pytest.mark.parametrize("data", [CONTENTS["short"], CONTENTS["large"]], ids=["short", "large"])
    def test_each_reader_can_write_to_its_own(self, store: BlobStore, data: bytes) -> None:
        digest, _ = store.put(data)
        one, other = store.get(digest), store.get(digest)
        one[0] = one[0] ^ 0xFF
        one[-1] = one[-1] ^ 0xFF
        assert other == data
        assert store.get(digest) == data

    def test_copies_to_a_private_file(self, store: BlobStore, tmp_path: Path) -> None:
        digest, _ = store.put(CONTENTS["pages"])
        target = tmp_path / "copy.bin"
        store.copy(digest, target)
        assert target.read_bytes() == CONTENTS["pages"]
        target.write_bytes(b"changed")
        assert store.get(digest) == CONTENTS["pages"]

    def test_copies_over_no_file(self, store: BlobStore, tmp_path: Path) -> None:
        digest, _ = store.put(b"blob")
        target = tmp_path / "mine"
        target.write_bytes(b"precious")
        with pytest.raises(StoreFault):
            store.copy(digest, target)
        assert target.read_bytes() == b"precious"

    def test_what_was_never_put_is_damaged(self, store: BlobStore, tmp_path: Path) -> None:
        digest = digest_bytes(b"never")
        with pytest.raises(DamagedBlob) as caught:
            store.get(digest)
        assert caught.value.digest == digest
        with pytest.raises(DamagedBlob):
            store.copy(digest, tmp_path / "copy")
        assert not (tmp_path / "copy").exists()
        assert not store.present(digest, 5)
        assert not store.verify(digest)

    def test_is_present_in_its_size_only(self, store: BlobStore) -> None:
        digest, _ = store.put(b"sized")
        assert store.present(digest, 5)
        assert not store.present(digest, 4)
        assert store.verify(digest)

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
    @pytest.mark.parametrize("data", [CONTENTS["short"], CONTENTS["large"]], ids=["short", "large"])
    def test_never_serves_damaged_bytes(
        self, store: BlobStore, tmp_path: Path, data: bytes, damage: Callable[[bytes], bytes | None]
    ) -> None:
        digest, _ = store.put(data)
        self.tamper(store, digest, damage(data))
        with pytest.raises(DamagedBlob) as caught:
            store.get(digest)
        assert caught.value.digest == digest
        with pytest.raises(DamagedBlob):
            store.copy(digest, tmp_path / "copy")
        assert not (tmp_path / "copy").exists()

    def test_other_bytes_do_not_match(self, store: BlobStore) -> None:
        data = CONTENTS["large"]
        digest, _ = store.put(data)
        for damage in ("first bit flipped", "last bit flipped", "truncated", "extended"):
            other = DAMAGES[damage](data)
            assert other is not None
            assert not store.matches(digest, memoryview(bytearray(other)))
        assert not store.matches(digest_bytes(b"never"), memoryview(bytearray(b"never")))

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
    def test_bytes_that_a_blob_was_altered_to_match_it_no_more(
        self, store: BlobStore, damage: Callable[[bytes], bytes | None]
    ) -> None:
        digest, _ = store.put(CONTENTS["large"])
        altered = damage(CONTENTS["large"])
        self.tamper(store, digest, altered)
        assert not store.matches(digest, memoryview(bytearray(altered or b"")))

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
    def test_the_next_put_mends_what_was_found(
        self, store: BlobStore, damage: Callable[[bytes], bytes | None]
    ) -> None:
        data = CONTENTS["pages"]
        digest, _ = store.put(data)
        self.tamper(store, digest, damage(data))
        assert not store.verify(digest)
        assert not store.present(digest, len(data))
        store.put(data)
        assert store.verify(digest)
        assert store.get(digest) == data

    @pytest.mark.parametrize("size", [0, 5, 4096])
    def test_a_put_replaces_torn_remains_that_nobody_has_read(self, store: BlobStore, size: int) -> None:
        data = CONTENTS["pages"]
        digest, _ = store.put(data)
        self.tamper(store, digest, data[:size])
        store.put(data)
        assert store.get(digest) == data

    def test_many_writers_of_the_same_bytes_all_succeed(self, store: BlobStore) -> None:
        contents = [CONTENTS["large"], CONTENTS["pages"], b"x" * 5000]

        def write(index: int) -> Digest:
            return store.put(contents[index % 3])[0]

        with ThreadPoolExecutor(8) as pool:
            digests = list(pool.map(write, range(48)))
        assert set(digests) == {digest_bytes(data) for data in contents}
        for data in contents:
            assert store.get(digest_bytes(data)) == data

    def test_a_view_outlives_the_blob(self, store: BlobStore) -> None:
        digest, _ = store.put(CONTENTS["large"])
        view = store.get(digest)
        self.tamper(store, digest, None)
        assert view == CONTENTS["large"]

    def test_syncs_what_was_put_and_nothing_twice(self, store: BlobStore) -> None:
        store.sync()
        store.put(b"one")
        store.put(CONTENTS["large"])
        store.sync()
        store.sync()
        assert bytes(store.get(digest_bytes(b"one"))) == b"one"

    def test_syncs_although_a_blob_has_been_set_aside(self, store: BlobStore) -> None:
        digest, _ = store.put(CONTENTS["pages"])
        self.tamper(store, digest, b"altered")
        assert not store.verify(digest)
        store.sync()

    def test_tells_what_is_stored_with_its_size(self, store: BlobStore) -> None:
        assert list(store.stored()) == []
        put = dict(store.put(data) for data in CONTENTS.values())
        assert {blob.digest: blob.size for blob in store.stored()} == put

    def test_deletes_what_was_put_before_a_time_and_nothing_else(self, store: BlobStore) -> None:
        old, _ = store.put(b"old")
        kept, _ = store.put(b"kept")
        (put,) = (blob.put for blob in store.stored() if blob.digest == old)
        assert store.delete([old], put) == 0
        assert store.delete([old, digest_bytes(b"never put")], put + 1) == 3
        assert not store.present(old, 3)
        assert bytes(store.get(kept)) == b"kept"
        store.put(b"old")
        assert bytes(store.get(old)) == b"old"

    def test_what_was_deleted_stays_whole_for_who_has_it(self, store: BlobStore) -> None:
        digest, size = store.put(CONTENTS["large"])
        view = store.get(digest)
        assert store.delete([digest], float("inf")) == size
        assert view == CONTENTS["large"]

    def test_nothing_is_deleted_while_somebody_holds_it(self, store: BlobStore, tmp_path: Path) -> None:
        holder = self.another(store, tmp_path / "home")
        holder.hold()
        holder.hold()
        holder.release()
        with pytest.raises(StoreFault, match="in use"), store.shut(patience=0.0):
            pass
        holder.release()
        with store.shut(patience=0.0):
            pass

    def another(self, store: BlobStore, home: Path) -> BlobStore:
        """The same store as another process has it."""
        return store
