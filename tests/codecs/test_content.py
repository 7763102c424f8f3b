from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cuvee.codecs import content
from cuvee.codecs.content import digest_file
from cuvee.model.digest import digest_bytes


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
