"""Folders for a command's own files: taken away at the end, and after a kill by whoever makes the next."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cuvee.operations.working_folder import working_folder

_HOLD = """
import sys
from cuvee.operations.working_folder import working_folder
with working_folder("held") as folder:
    (folder / "inner").mkdir()
    (folder / "inner" / "file").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder():
    """Another process that has such a folder."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", _HOLD], stdin=pipe, stdout=pipe, text=True)
    yield process
    process.kill()
    process.communicate()


def test_it_is_there_while_it_is_open_and_gone_afterwards(temporary):
    with working_folder("trees") as folder:
        assert folder.parent == temporary
        assert "trees" in folder.name
        (folder / "file").touch()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_has_left_goes_when_the_next_is_made(temporary, holder):
    holder.stdout.readline()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert len(list(temporary.iterdir())) == 1
    with working_folder("trees") as folder:
        assert list(temporary.iterdir()) == [folder]


def test_what_somebody_works_in_stays(temporary, holder):
    held = Path(holder.stdout.readline().strip())
    with working_folder("trees"), working_folder("others"):
        assert (held / "inner" / "file").exists()
        assert len(list(temporary.iterdir())) == 3


def test_other_folders_and_what_only_has_the_name_stay(temporary):
    (temporary / "cuvee-other").mkdir()
    (temporary / "cuvee-working-file").touch()
    (temporary / "cuvee-working-link").symlink_to(temporary / "cuvee-other")
    with working_folder("trees"):
        pass
    assert {path.name for path in temporary.iterdir()} == {
        "cuvee-other",
        "cuvee-working-file",
        "cuvee-working-link",
    }


def test_a_new_folder_that_is_swept_before_it_is_locked_is_not_used(monkeypatch):
    """Whoever sweeps has it locked, and takes it away."""
    make, swept = tempfile.mkdtemp, []

    def mkdtemp(*arguments):
        made = make(*arguments)
        if not swept:
            swept.append(os.open(made, os.O_RDONLY))
            fcntl.flock(swept[0], fcntl.LOCK_EX)
            Path(made).rmdir()
        return made

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    with working_folder("trees") as folder:
        assert folder.is_dir()
    os.close(swept[0])
