from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from cuvee.codecs import content
from cuvee.codecs.content import digest_file
from cuvee.model.digest import Digest, digest_bytes


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_known", {})


@pytest.mark.parametrize("size", [0, 1, 10_000, 9_000_000])
def test_the_digest_is_that_of_the_content(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    path = tmp_path / "file"
    path.write_bytes(data)
    assert digest_file(path) == (digest_bytes(data), size)


def test_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest_file(tmp_path / "absent")


def test_a_file_that_has_long_been_as_it_is_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    now = time.time()
    monkeypatch.setattr(content.time, "time", lambda: now + 60)
    first = digest_file(path)
    monkeypatch.setattr(content, "_digest_stream", None)
    assert digest_file(path) == first


def test_a_file_written_just_now_is_read_again(tmp_path: Path) -> None:
    """A second edit within the same tick of the clock, of the same size, leaves no trace but the content."""
    path = tmp_path / "file"
    path.write_bytes(b"before")
    stat = path.stat()
    digest_file(path)
    path.write_bytes(b"after!")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert digest_file(path)[0] == digest_bytes(b"after!")


@pytest.mark.parametrize("keep_times", [True, False])
def test_any_touch_makes_it_be_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep_times: bool
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    stat = path.stat()
    now = time.time()
    monkeypatch.setattr(content.time, "time", lambda: now + 60)
    digest_file(path)
    time.sleep(0.02)
    path.write_bytes(b"after!")
    if keep_times:
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert digest_file(path)[0] == digest_bytes(b"after!")


def test_another_file_under_the_name_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    path.write_bytes(b"before")
    other.write_bytes(b"after!")
    now = time.time()
    monkeypatch.setattr(content.time, "time", lambda: now + 60)
    digest_file(path)
    other.replace(path)
    assert digest_file(path)[0] == digest_bytes(b"after!")


def test_what_changes_while_it_is_read_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    now = time.time()
    monkeypatch.setattr(content.time, "time", lambda: now + 60)
    read = content._digest_stream

    def change_after(file: int) -> object:
        found = read(file)
        path.write_bytes(b"after, longer")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(content, "_digest_stream", change_after)
        digest_file(path)
    assert digest_file(path)[0] == digest_bytes(b"after, longer")


# What one process has read, the next one knows.


class Shelf:
    """What files came to, in memory; `asked` counts how often it was looked at."""

    def __init__(self) -> None:
        self.rows: dict[bytes, tuple[bytes, Digest, float]] = {}
        self.asked = 0

    def find(self, path: bytes) -> tuple[bytes, Digest, float] | None:
        self.asked += 1
        return self.rows.get(path)

    def keep(self, files: Iterable[tuple[bytes, bytes, Digest, float]]) -> None:
        self.rows.update({path: (stat, digest, seen) for path, stat, digest, seen in files})


def in_a_process(
    shelf: Shelf, path: Path, monkeypatch: pytest.MonkeyPatch, later: float = 60.0
) -> tuple[Digest, bool]:
    """The digest of a file in a process that begins so much later, and whether the file was read."""
    now, stream, read = time.time(), content._digest_stream, []

    def count(file: int) -> tuple[Digest, int]:
        read.append(file)
        return stream(file)

    with monkeypatch.context() as patch:
        patch.setattr(content, "_known", {})
        patch.setattr(content.time, "time", lambda: now + later)
        patch.setattr(content, "_digest_stream", count)
        end = content.remember_on(shelf)
        try:
            return digest_file(path)[0], bool(read)
        finally:
            end()


LONG = 1 << 17


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(b"a" * LONG)
    return path


def test_the_next_process_does_not_read_a_large_file_again(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    lent = list(content._lent)
    first, read = in_a_process(shelf, large, monkeypatch)
    assert read
    assert in_a_process(shelf, large, monkeypatch, 120) == (first, False)
    assert content._lent == lent


def test_same_size_edits_are_always_seen_however_fast_they_follow(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two edits in one tick leave one time; the file is hashed between them, by one process after another."""
    shelf = Shelf()
    for turn in range(200):
        data = bytes([turn]) * LONG
        stat = large.stat()
        large.write_bytes(data)
        os.utime(large, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert in_a_process(shelf, large, monkeypatch, later=0)[0] == digest_bytes(data)
    assert shelf.rows == {}


def test_a_file_is_read_again_by_whatever_it_was_touched(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    in_a_process(shelf, large, monkeypatch)
    other = large.with_name("other")
    other.write_bytes(b"b" * LONG)
    stat = large.stat()
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(large)
    assert in_a_process(shelf, large, monkeypatch) == (digest_bytes(b"b" * LONG), True)


def test_a_clock_that_was_put_back_is_not_trusted(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    in_a_process(shelf, large, monkeypatch, later=3600)
    assert in_a_process(shelf, large, monkeypatch, later=60)[1]


def test_short_files_are_read_and_not_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, path = Shelf(), tmp_path / "short"
    path.write_bytes(b"short")
    in_a_process(shelf, path, monkeypatch)
    assert (shelf.rows, shelf.asked) == ({}, 0)


def test_another_thread_leaves_the_shelf_alone(large: Path) -> None:
    shelf = Shelf()
    end = content.remember_on(shelf)
    thread = threading.Thread(target=digest_file, args=(large,))
    thread.start()
    thread.join()
    end()
    assert shelf.asked == 0
