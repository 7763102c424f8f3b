from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import Digest, digest_bytes
from cuvee.stores.filesystem import FilesystemStore
from cuvee.stores.writing import write_named
from cuvee.testing.blobs import BlobStoreContract

LARGE = bytes(range(253)) * 20_000


def path_of(home: Path, digest: Digest) -> Path:
    text = digest[1:].hex()
    return home / "blobs" / text[:2] / text[2:]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class TestFilesystemStore(BlobStoreContract):
    def make(self, home: Path) -> FilesystemStore:
        return FilesystemStore(home)

    def tamper(self, store: FilesystemStore, digest: Digest, data: bytes | None) -> None:
        path = store._path(digest)
        path.unlink()
        if data is not None:
            path.write_bytes(data)

    def another(self, store: FilesystemStore, home: Path) -> FilesystemStore:
        return FilesystemStore(home)


def test_a_blob_lies_under_its_digest_read_only_and_nothing_else_is_left(home: Path) -> None:
    digest, _ = FilesystemStore(home).put(b"content")
    path = path_of(home, digest)
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o222 == 0
    assert files_in(home) == [path]


def test_opening_and_asking_writes_nothing(home: Path) -> None:
    store = FilesystemStore(home)
    assert not store.present(digest_bytes(b"x"), 1)
    assert not store.verify(digest_bytes(b"x"))
    store.sync()
    assert not home.exists()


def test_another_process_reads_it(home: Path) -> None:
    digest, _ = FilesystemStore(home).put(LARGE)
    assert FilesystemStore(home).get(digest) == LARGE


def test_a_put_never_touches_a_blob_that_is_there(home: Path) -> None:
    store = FilesystemStore(home)
    digest, _ = store.put(LARGE)
    before = path_of(home, digest).stat()
    FilesystemStore(home).put(LARGE)
    after = path_of(home, digest).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_damaged_bytes_are_kept_aside(home: Path) -> None:
    store = FilesystemStore(home)
    digest, _ = store.put(b"content")
    path_of(home, digest).unlink()
    path_of(home, digest).write_bytes(b"C0ntent")
    with pytest.raises(DamagedBlob, match="altered on disk") as caught:
        store.get(digest)
    [aside] = files_in(home / "quarantine")
    assert aside.read_bytes() == b"C0ntent"
    assert str(aside) in str(caught.value)


def test_damage_is_told_where_it_cannot_be_moved_away(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FilesystemStore(home)
    digest, _ = store.put(b"content")
    path_of(home, digest).unlink()
    path_of(home, digest).write_bytes(b"C0ntent")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DamagedBlob, match="read-only"):
        store.get(digest)


def test_a_good_blob_put_meanwhile_is_not_set_aside(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the damaged bytes and moving them away, another process has mended them."""
    store = FilesystemStore(home)
    digest, _ = store.put(b"content")
    path = path_of(home, digest)
    path.unlink()
    path.write_bytes(b"C0ntent")
    set_aside = FilesystemStore._set_aside

    def mend_first(self: FilesystemStore, digest: Digest, bad: os.stat_result) -> None:
        path.rename(home / "elsewhere")
        FilesystemStore(home).put(b"content")
        set_aside(self, digest, bad)

    monkeypatch.setattr(FilesystemStore, "_set_aside", mend_first)
    with pytest.raises(DamagedBlob):
        store.get(digest)
    assert store.get(digest) == b"content"


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "CUVEE_HOME"),
        (errno.EIO, "check it"),
        (errno.EDQUOT, "quota"),
    ],
)
@pytest.mark.parametrize("call", ["open", "write", "link"])
def test_a_failing_disk_leaves_no_debris(
    home: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, advice: str
) -> None:
    store = FilesystemStore(home)
    kept, _ = store.put(b"before")
    real = getattr(os, call)

    def fail(*args: object, **kwargs: object) -> object:
        if call == "write" and len(args[1]) > 2048:  # some of it fits
            return real(args[0], args[1][:2048])
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(f"cuvee.stores.filesystem.os.{call}", fail)
        with pytest.raises(StoreFault, match=advice):
            store.put(LARGE)
    assert files_in(home) == [path_of(home, kept)]
    digest, _ = store.put(LARGE)
    assert store.get(digest) == LARGE


def test_a_failing_disk_leaves_no_half_copy(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FilesystemStore(home)
    digest, _ = store.put(LARGE)

    def fail(file: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("cuvee.stores.filesystem.os.write", fail)
    for way in ("clone", "copy_in_kernel"):
        monkeypatch.setattr(f"cuvee.stores.writing.{way}", lambda source, target: False)
    with pytest.raises(StoreFault, match="free some space"):
        store.copy(digest, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_works_without_hard_links(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr("cuvee.stores.filesystem.os.link", refuse)
    store = FilesystemStore(home)
    digest, _ = store.put(LARGE)
    assert store.get(digest) == LARGE
    assert files_in(home) == [path_of(home, digest)]


def test_the_name_is_that_of_the_bytes_that_were_copied(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changes between being hashed and being copied."""
    source = tmp_path / "source"
    source.write_bytes(b"before")
    create = FilesystemStore._create

    def change_first(self: FilesystemStore, path: Path) -> int:
        source.write_bytes(b"after, and longer")
        return create(self, path)

    monkeypatch.setattr(FilesystemStore, "_create", change_first)
    store = FilesystemStore(home)
    assert store.put(source) == (digest_bytes(b"after, and longer"), 17)
    assert store.get(digest_bytes(b"after, and longer")) == b"after, and longer"
    assert not store.present(digest_bytes(b"before"), 6)


def test_an_error_while_syncing_is_final(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FilesystemStore(home)
    store.put(b"content")

    def fail(file: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    with monkeypatch.context() as patch:
        patch.setattr("cuvee.stores.filesystem.os.fsync", fail)
        with pytest.raises(StoreFault, match="made safe on disk"):
            store.sync()
    with pytest.raises(StoreFault, match="made safe on disk"):
        store.sync()


def test_syncs_each_file_and_folder_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FilesystemStore(home).put(b"there already")
    store = FilesystemStore(home)
    digests = [store.put(data)[0] for data in (b"there already", b"new")]
    synced: list[str] = []
    real = os.fsync

    def note(file: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{file}").readlink()) if sys.platform == "linux" else "")
        real(file)

    monkeypatch.setattr("cuvee.stores.filesystem.os.fsync", note)
    store.sync()
    store.sync()
    if sys.platform == "linux":
        paths = [path_of(home, digest) for digest in digests]
        folders = {parent for path in paths for parent in (path.parent, home / "blobs", home)}
        assert sorted(synced) == sorted(map(str, (*paths, *folders)))


def in_other_process(code: str, *args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("step", ["open", "write", "link", "unlink"])
def test_a_writer_that_dies_leaves_nothing_under_the_name(home: Path, step: str) -> None:
    """Killed right after its first write, and right before each other step."""
    code = """
        import os, sys
        from pathlib import Path
        from cuvee.stores.filesystem import FilesystemStore
        step, real = sys.argv[2], {"write": os.write, "open": os.open}
        def die(*args, **kwargs):
            if step == "write":
                real["write"](args[0], args[1][:1000])
            os._exit(9)
        home = Path(sys.argv[1])
        FilesystemStore(home).put(b"first")
        if step == "unlink":
            Path.unlink = die
        else:
            setattr(os, step, die)
        FilesystemStore(home).put(bytes(100_000))
    """
    assert in_other_process(code, home, step).returncode == 9
    digest = digest_bytes(bytes(100_000))
    store = FilesystemStore(home)
    if step == "unlink":
        assert store.get(digest) == bytes(100_000)
    else:
        assert not path_of(home, digest).exists()
    store.put(bytes(100_000))
    assert store.get(digest) == bytes(100_000)
    assert store.get(digest_bytes(b"first")) == b"first"


def test_writers_in_many_processes_leave_one_blob(home: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from cuvee.stores.filesystem import FilesystemStore
        store = FilesystemStore(Path(sys.argv[1]))
        for number in range(40):
            data = number.to_bytes(2, "little") * 50_000
            assert store.get(store.put(data)[0]) == data
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(home)]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert (writer.returncode, errors) == (0, "")
    assert len(files_in(home / "blobs")) == 40
    assert files_in(home / "unfinished") == []


def test_reads_when_no_descriptor_is_left_for_a_mapping(home: Path) -> None:
    code = """
        import resource, sys
        from pathlib import Path
        from cuvee.stores.filesystem import FilesystemStore
        store = FilesystemStore(Path(sys.argv[1]))
        digest, size = store.put(bytes(300_000))
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
        views = [store.get(digest) for _ in range(100)]
        assert all(view.nbytes == size for view in views)
    """
    done = in_other_process(code, home)
    assert (done.returncode, done.stderr) == (0, "")


def test_bytes_match_the_blob_that_they_were_put_as(home: Path) -> None:
    store, data = FilesystemStore(home), bytearray(LARGE)
    digest, _ = store.put(data)
    assert store.matches(digest, memoryview(data))
    data[-1] ^= 1
    assert not store.matches(digest, memoryview(data))


def test_what_another_put_is_matched_by_nothing(home: Path) -> None:
    digest, _ = FilesystemStore(home).put(LARGE)
    store = FilesystemStore(home)
    store.put(LARGE)
    assert not store.matches(digest, memoryview(bytearray(LARGE)))


def test_a_long_blob_that_is_torn_is_shorter_than_whole(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = tmp_path / "file", os.write
    with file.open("wb") as opened:
        monkeypatch.setattr(
            "cuvee.stores.writing.os.write", lambda file, _: real(file, b"the first bytes") and 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            write_named(memoryview(LARGE), digest_bytes(LARGE), opened.fileno())
    assert file.read_bytes() == b"the first bytes"


def test_a_file_system_that_sets_no_room_aside_is_written_to_as_well(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(file: int, number: int, detail: bytes) -> None:
        asked.append(detail)
        raise OSError(errno.EOPNOTSUPP, "not here")

    monkeypatch.setattr("cuvee.stores.writing.fcntl.ioctl", refuse)
    store = FilesystemStore(home)
    digest, _ = store.put(LARGE)
    assert store.get(digest) == LARGE
    assert len(asked) == (sys.platform == "linux")
