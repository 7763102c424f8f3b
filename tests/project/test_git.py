"""The commit that a run was at, in repositories of every state."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from cuvee.project import git
from cuvee.project.git import start_git

pytestmark = pytest.mark.usefixtures("own_git")


@pytest.fixture
def own_git(monkeypatch):
    """git with a name of its own, and without this machine's settings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def run_git(folder, *args):
    done = subprocess.run(["git", "-C", str(folder), *args], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path, write):
    run_git(tmp_path, "init", "-q", "-b", "trunk")
    write("wine.py", "x = 1\n")
    write("sub/other.py", "y = 1\n")
    run_git(tmp_path, "add", ".")
    run_git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_commit_and_branch(repository):
    state = start_git(repository)()
    assert state.commit == run_git(repository, "rev-parse", "HEAD")
    assert (state.branch, state.dirty) == ("trunk", False)


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("file", ["wine.py", "sub/other.py"])
def test_dirty(repository, write, file, staged):
    write(file, "changed = True\n")
    if staged:
        run_git(repository, "add", file)
    assert start_git(repository)().dirty
    assert start_git(repository / "sub")().dirty


def test_a_tracked_file_that_is_gone(repository):
    (repository / "wine.py").unlink()
    assert start_git(repository)().dirty


def test_untracked_files_do_not_count(repository, write):
    write("new.py")
    assert not start_git(repository)().dirty


def test_the_store_does_not_count_even_if_tracked(repository, write):
    write("sub/.cuvee/records", "1")
    run_git(repository, "add", "-f", ".")
    run_git(repository, "commit", "-q", "-m", "a store in git")
    write("sub/.cuvee/records", "2")
    root = repository / "sub"
    assert start_git(root)().dirty
    assert not start_git(root, root / ".cuvee")().dirty
    assert start_git(root, repository.parent / "elsewhere")().dirty
    write("wine.py", "changed = True\n")
    assert start_git(root, root / ".cuvee")().dirty


def test_a_store_whose_name_looks_like_a_pattern(repository, write):
    write("wine.py", "changed = True\n")
    assert start_git(repository, repository / "*")().dirty


def test_detached(repository):
    run_git(repository, "checkout", "-q", "--detach")
    state = start_git(repository)()
    assert (len(state.commit), state.branch, state.dirty) == (40, "", False)


def test_no_commit_yet(tmp_path):
    run_git(tmp_path, "init", "-q")
    assert start_git(tmp_path)() is None


def test_no_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert start_git(tmp_path)() is None


def test_where_there_is_no_repository_git_is_not_asked(monkeypatch, write, tmp_path):
    fake_git(monkeypatch, write, f"touch {tmp_path}/asked; echo '# branch.oid abc'")
    monkeypatch.setattr(git.Path, "exists", lambda path: False)
    assert start_git(tmp_path)() is None
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert start_git(tmp_path)().commit == "abc"


def test_no_such_folder(tmp_path):
    assert start_git(tmp_path / "absent")() is None


def test_no_git(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert start_git(repository)() is None


def test_the_same_answer_each_time(repository, write):
    collect = start_git(repository)
    first = collect()
    write("wine.py", "changed = True\n")
    assert collect() is first


def fake_git(monkeypatch, write, script):
    tool = write("bin/git", f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    write(".git/HEAD", "ref: refs/heads/trunk\n")
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")


def test_starting_does_not_wait(monkeypatch, write, tmp_path):
    fake_git(monkeypatch, write, "sleep 0.3; echo '# branch.oid abc'; echo '# branch.head trunk'")
    began = time.perf_counter()
    collect = start_git(tmp_path)
    assert time.perf_counter() - began < 0.25
    assert collect().commit == "abc"


def test_git_that_hangs_is_ended(monkeypatch, write, tmp_path):
    fake_git(monkeypatch, write, "exec sleep 60")
    monkeypatch.setattr(git, "_PATIENCE_SECONDS", 0.05)
    assert start_git(tmp_path)() is None


def test_more_changes_than_a_pipe_holds(monkeypatch, write, tmp_path):
    line = "1 .M N... 100644 100644 100644 a b file"
    fake_git(monkeypatch, write, f"echo '# branch.oid abc'; yes '{line}' | head -n 20000")
    assert start_git(tmp_path)().dirty


def test_asks_once_and_takes_no_lock(monkeypatch, write, tmp_path):
    fake_git(
        monkeypatch, write, f'echo "$GIT_OPTIONAL_LOCKS $@" >> {tmp_path}/asked; echo "# branch.oid abc"'
    )
    collect = start_git(tmp_path)
    collect()
    collect()
    lines = (tmp_path / "asked").read_text().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("0 ")
