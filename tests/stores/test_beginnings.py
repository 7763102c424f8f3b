from __future__ import annotations

import errno
import os

import pytest

from cuvee.errors import StoreFault
from cuvee.stores.beginnings import FilesystemBeginnings


@pytest.fixture
def run(tmp_path):
    return FilesystemBeginnings(tmp_path, 12)


def test_what_has_begun_is_known_to_others_in_the_order_of_tracing(run, tmp_path):
    for position, path in ((64, "a b/c[3]"), (0, "größer \udcff"), (32, "train"), (64, "a b/c[3]")):
        run.note(position, path)
    assert FilesystemBeginnings(tmp_path, 12).noted() == ["größer \udcff", "train", "a b/c[3]"]
    assert FilesystemBeginnings(tmp_path, 1).noted() == []


def test_nothing_is_left_of_a_run_that_is_over(run, tmp_path):
    run.note(0, "train")
    run.forget()
    run.forget()
    assert run.noted() == []
    assert list((tmp_path / "begun").iterdir()) == []


def test_what_is_not_wholly_written_has_not_begun(run, tmp_path):
    run.note(0, "train")
    with (tmp_path / "begun" / "12").open("ab") as file:
        file.write(b"\0\0\0\n32 sco")
    assert run.noted() == ["train"]


def test_what_cannot_be_noted_is_told(run, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreFault, match="begun/12 could not be written: the disk is full"):
        run.note(0, "train")
