from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cuvee.model.digest import digest_bytes
from cuvee.perform.observation import Observer


@pytest.fixture
def root(tmp_path):
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def observe(root, act):
    observer = Observer(root, root / ".cuvee")
    with observer.watching():
        act()
    found, doubts = observer.findings()
    return {(item.kind, item.path): item.digest for item in found}, doubts


def test_a_file_that_is_read_counts_by_content(root):
    (root / "a.txt").write_text("one")
    found, doubts = observe(root, lambda: (root / "a.txt").read_text())
    assert found == {("read", "a.txt"): digest_bytes(b"one")}
    assert doubts == ()


def test_a_file_that_is_not_there_counts_as_missing(root):
    def act():
        with pytest.raises(FileNotFoundError):
            (root / "a.txt").read_text()

    assert observe(root, act) == ({("read", "a.txt"): None}, ())


def test_a_file_outside_the_project_has_its_whole_path(root, tmp_path):
    (tmp_path / "b.txt").write_text("two")
    found, _ = observe(root, lambda: (tmp_path / "b.txt").read_text())
    assert found == {("read", str(tmp_path / "b.txt")): digest_bytes(b"two")}


def test_bytes_paths_and_low_level_opens_are_seen(root):
    (root / "a.txt").write_text("one")

    def act():
        os.close(os.open(os.fsencode(root / "a.txt"), os.O_RDONLY))

    assert observe(root, act)[0] == {("read", "a.txt"): digest_bytes(b"one")}


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_is_written_counts_as_it_is_then(root, there):
    if there:
        (root / "out.txt").write_text("old")
    found, doubts = observe(root, lambda: (root / "out.txt").write_text("new"))
    assert found == {("wrote", "out.txt"): digest_bytes(b"new")}
    assert doubts == ()


def test_what_a_call_made_and_read_back_is_its_own(root):
    def act():
        (root / "out.txt").write_text("new")
        (root / "out.txt").read_text()

    assert observe(root, act) == ({("wrote", "out.txt"): digest_bytes(b"new")}, ())


@pytest.mark.parametrize("mode", ["a", "r+"])
def test_a_file_that_is_added_to_forbids_reuse(root, mode):
    (root / "log.txt").write_text("old")

    def act():
        with (root / "log.txt").open(mode) as file:
            file.write("more")

    assert observe(root, act)[1] == ("it read log.txt and then wrote to it, or took it away",)


def test_a_file_that_is_read_and_rewritten_forbids_reuse(root):
    (root / "state.txt").write_text("1")
    _, doubts = observe(root, lambda: (root / "state.txt").write_text((root / "state.txt").read_text() + "1"))
    assert doubts == ("it read state.txt and then wrote to it, or took it away",)


def test_a_file_that_somebody_else_changes_meanwhile_forbids_reuse(root):
    (root / "a.txt").write_text("one")

    def act():
        (root / "a.txt").read_text()
        subprocess.run(["mv", root / "b.txt", root / "a.txt"], check=True)

    (root / "b.txt").write_text("other")
    assert observe(root, act)[1] == ("a.txt changed while it was being read",)


def test_scratch_files_do_not_count(root):
    import tempfile

    def act():
        folder = tempfile.mkdtemp()
        Path(folder, "x").write_text("1")
        shutil.rmtree(folder)
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write("2")

    assert observe(root, act) == ({}, ())


def test_a_file_that_was_made_and_taken_away_does_not_count(root):
    def act():
        (root / "tmp.txt").write_text("1")
        (root / "tmp.txt").unlink()

    assert observe(root, act) == ({}, ())


def test_python_packages_and_the_system_do_not_count(root):
    def act():
        for file in (os.__file__, "/proc/self/stat", pytest.__file__):
            Path(file).read_text()

    assert observe(root, act) == ({}, ())


def test_the_store_does_not_count(root):
    (root / ".cuvee").mkdir()
    (root / ".cuvee" / "x").write_text("1")
    assert observe(root, lambda: (root / ".cuvee" / "x").read_text()) == ({}, ())


def test_a_compiled_module_counts_by_its_source(root):
    (root / "mod.py").write_text("X = 1")
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "mod.cpython-311.pyc").write_bytes(b"")
    found, _ = observe(root, lambda: (root / "__pycache__" / "mod.cpython-311.pyc").read_bytes())
    assert found == {("read", "mod.py"): digest_bytes(b"X = 1")}


def test_nothing_is_noted_when_nobody_watches(root):
    (root / "a.txt").write_text("one")
    observer = Observer(root, root / ".cuvee")
    with observer.watching():
        pass
    (root / "a.txt").read_text()
    assert observer.findings() == ((), ())


def test_a_file_that_is_put_in_its_place_by_renaming_was_written(root):
    def act():
        (root / "tmp.txt").write_text("new")
        (root / "tmp.txt").replace(root / "out.txt")

    assert observe(root, act) == ({("wrote", "out.txt"): digest_bytes(b"new")}, ())


@pytest.mark.parametrize("act", ["unlink", "rename"])
def test_a_file_of_others_that_is_taken_away_forbids_reuse(root, act):
    (root / "a.txt").write_text("one")
    path = root / "a.txt"
    _, doubts = observe(root, path.unlink if act == "unlink" else lambda: path.rename(root / "b.txt"))
    assert doubts == ("it read a.txt and then wrote to it, or took it away",)
