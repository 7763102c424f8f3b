"""Files are taken into the store, and handed out of it, without a copy where the file system can do that."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import digest_bytes
from cuvee.stores import writing
from cuvee.stores.cloning import clone, copy_in_kernel
from cuvee.stores.filesystem import FilesystemStore

DATA = os.urandom(1 << 20) * 16
_IMAGE_BYTES = 400 << 20
_MAKERS = (["mkfs.btrfs", "-q"], ["mkfs.xfs", "-q", "-m", "reflink=1"])


def _can_clone(folder: Path) -> bool:
    source, target = folder / "source", folder / "target"
    source.write_bytes(b"x" * 4096)
    with source.open("rb") as one, target.open("wb") as other:
        return clone(one.fileno(), other.fileno())


@pytest.fixture(scope="module")
def reflinks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder on a file system that can let two files share their bytes."""
    folder = tmp_path_factory.mktemp("reflinks")
    if _can_clone(folder):
        yield folder
        return
    maker = next((each for each in _MAKERS if shutil.which(each[0])), None)
    if os.geteuid() != 0 or maker is None:
        pytest.skip("no reflinks here: to test them, be root and install btrfs-progs or xfsprogs")
    image, mounted = folder / "image", folder / "mounted"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    subprocess.run([*maker, str(image)], check=True, capture_output=True)
    mount = subprocess.run(
        ["mount", "-o", "loop", image, mounted], check=False, capture_output=True, text=True
    )
    if mount.returncode:
        pytest.skip(f"no reflinks here, and an image with them cannot be mounted: {mount.stderr.strip()}")
    try:
        yield mounted
    finally:
        subprocess.run(["umount", "--lazy", mounted], check=True)


def _used(folder: Path) -> int:
    os.sync()
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def test_a_file_and_its_copies_take_room_once(reflinks: Path) -> None:
    store = FilesystemStore(reflinks / "home")
    source = reflinks / "given"
    source.write_bytes(DATA)
    before = _used(reflinks)
    digest, size = store.put(source)
    for number in range(3):
        store.copy(digest, reflinks / f"copy-{number}")
    assert (digest, size) == (digest_bytes(DATA), len(DATA))
    assert _used(reflinks) - before < len(DATA) / 4


def test_what_shares_bytes_is_private_all_the_same(reflinks: Path) -> None:
    store = FilesystemStore(reflinks / "private")
    source, copy = reflinks / "source", reflinks / "copy"
    source.write_bytes(DATA)
    digest, _ = store.put(source)
    store.copy(digest, copy)
    for path in (source, copy):
        with path.open("r+b") as file:
            file.write(b"written over")
    assert store.get(digest) == DATA
    assert FilesystemStore(reflinks / "private").get(digest) == DATA


def test_where_nothing_can_be_shared_the_kernel_copies(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for data in (b"", b"short", DATA):
        source.write_bytes(data)
        with source.open("rb") as one, target.open("wb") as other:
            copied = copy_in_kernel(one.fileno(), other.fileno())
        assert not copied or target.read_bytes() == data


@pytest.mark.parametrize("copied", [0, 1000])
def test_where_the_kernel_cannot_either_the_bytes_are_written(
    tmp_path: Path, monkeypatch, copied: int
) -> None:
    """Also where it gives up when something is there already."""

    def refuse(source: int, target: int, *_: Any) -> int:
        if copied and not os.fstat(target).st_size:
            return os.write(target, b"x" * copied)
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    monkeypatch.setattr(writing, "clone", lambda source, target: False)
    store = FilesystemStore(tmp_path / "home")
    digest, _ = store.put(DATA)
    store.copy(digest, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == DATA


def test_a_full_disk_leaves_no_half_of_a_copy(tmp_path: Path, monkeypatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    store = FilesystemStore(tmp_path / "home")
    digest, _ = store.put(DATA)
    monkeypatch.setattr(os, "copy_file_range", full, raising=False)
    monkeypatch.setattr(writing, "clone", lambda source, target: False)
    with pytest.raises(StoreFault, match="the disk is full"):
        store.copy(digest, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_blob_that_is_altered_while_it_is_copied_is_not_handed_out(tmp_path: Path, monkeypatch) -> None:
    store = FilesystemStore(tmp_path / "home")
    digest, _ = store.put(DATA)
    blob = store._path(digest)

    def altered(source: int, target: int) -> bool:
        blob.chmod(0o644)
        with blob.open("r+b") as file:
            file.write(b"written over")
        return copy_in_kernel(source, target)

    monkeypatch.setattr(writing, "clone", altered)
    with pytest.raises(DamagedBlob, match="altered on disk"):
        store.copy(digest, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
