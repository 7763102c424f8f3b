"""A large blob is hashed once, and again as soon as its file has been touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cuvee.errors import DamagedBlob
from cuvee.model.digest import digest_bytes
from cuvee.stores import checks, filesystem
from cuvee.stores.filesystem import FilesystemStore

LARGE = bytes(range(251)) * 4000
SMALL = b"small"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what is hashed while it is read."""
    sizes: list[int] = []

    def count(data: memoryview) -> bytes:
        sizes.append(len(data))
        return digest_bytes(data)

    monkeypatch.setattr(filesystem, "digest_bytes", count)
    # As if the file had been there for a while: a check right after a write is not remembered.
    monkeypatch.setattr(checks, "_TICK_NS", -(10**12))
    return sizes


def put(store: FilesystemStore, data: bytes) -> Path:
    return store._path(store.put(data)[0])


def test_a_large_blob_is_hashed_for_its_first_reader_only(tmp_path: Path, hashed: list[int]) -> None:
    store = FilesystemStore(tmp_path)
    digest, size = store.put(LARGE)
    hashed.clear()
    views = [store.get(digest) for _ in range(5)]
    assert hashed == [size]
    views[0][0] ^= 0xFF
    assert views[1] == store.get(digest) == LARGE


def test_every_run_checks_anew(tmp_path: Path, hashed: list[int]) -> None:
    store = FilesystemStore(tmp_path)
    digest, size = store.put(LARGE)
    store.get(digest)
    hashed.clear()
    store.forget_checks()
    store.get(digest)
    assert hashed == [size]


def test_a_small_blob_is_hashed_for_each_reader(tmp_path: Path, hashed: list[int]) -> None:
    store = FilesystemStore(tmp_path)
    digest, size = store.put(SMALL)
    hashed.clear()
    assert store.get(digest) == store.get(digest) == SMALL
    assert hashed == [size, size]


@pytest.mark.parametrize("keep_times", [False, True])
def test_a_file_that_was_written_to_is_hashed_again(
    tmp_path: Path, hashed: list[int], keep_times: bool
) -> None:
    """In place, of the same length; and by somebody who puts the time of modification back."""
    store = FilesystemStore(tmp_path)
    path = put(store, LARGE)
    store.get(digest_bytes(LARGE))
    before = path.stat()
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.write(b"\xff")
    path.chmod(0o444)
    if keep_times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(DamagedBlob):
        store.get(digest_bytes(LARGE))


def test_another_file_in_its_place_is_hashed_again(tmp_path: Path, hashed: list[int]) -> None:
    store = FilesystemStore(tmp_path)
    path = put(store, LARGE)
    store.get(digest_bytes(LARGE))
    path.unlink()
    path.write_bytes(LARGE[::-1])
    with pytest.raises(DamagedBlob):
        store.get(digest_bytes(LARGE))


def test_a_check_right_after_a_change_is_not_remembered(
    tmp_path: Path, hashed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a tick of the clock a second change would leave the times as they are."""
    monkeypatch.setattr(checks, "_TICK_NS", 10**18)
    store = FilesystemStore(tmp_path)
    digest, size = store.put(LARGE)
    hashed.clear()
    store.get(digest)
    store.get(digest)
    assert hashed == [size, size]


def test_a_store_that_trusts_what_it_once_saw_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tests above are for: with the guard off, altered bytes are served."""
    monkeypatch.setattr(checks.Checks, "know", lambda self, digest, mark: True)
    store = FilesystemStore(tmp_path)
    path = put(store, LARGE)
    path.unlink()
    path.write_bytes(LARGE[::-1])
    assert store.get(digest_bytes(LARGE)) == LARGE[::-1]


@pytest.mark.parametrize("what", ["folder", "full folder", "pipe", "dangling link"])
def test_what_is_no_file_is_set_aside_and_mended_by_the_next_put(tmp_path: Path, what: str) -> None:
    store = FilesystemStore(tmp_path / "home")
    path = put(store, LARGE)
    path.unlink()
    if what == "pipe":
        os.mkfifo(path)
    elif what == "dangling link":
        path.symlink_to(tmp_path / "nowhere")
    else:
        path.mkdir()
        if what == "full folder":
            (path / "file").write_bytes(b"x")
    digest = digest_bytes(LARGE)
    assert not store.present(digest, len(LARGE))
    with pytest.raises(DamagedBlob):
        store.get(digest)
    store.put(LARGE)
    assert store.get(digest) == LARGE


@pytest.mark.parametrize("what", ["folder", "pipe", "dangling link"])
def test_a_put_needs_no_reader_before_it_to_mend_what_is_no_file(tmp_path: Path, what: str) -> None:
    store = FilesystemStore(tmp_path / "home")
    path = put(store, LARGE)
    path.unlink()
    if what == "pipe":
        os.mkfifo(path)
    elif what == "dangling link":
        path.symlink_to(tmp_path / "nowhere")
    else:
        path.mkdir()
    store.put(LARGE)
    assert store.get(digest_bytes(LARGE)) == LARGE
