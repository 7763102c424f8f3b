"""The commit that a run was at. One process, which works while the run does; asking never fails a run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cuvee.model.record import GitState

if TYPE_CHECKING:
    import subprocess

_STATUS = ("status", "--porcelain=v2", "--branch", "--untracked-files=no")
_PATIENCE_SECONDS = 2.0


def start_git(root: Path, home: Path | None = None) -> Callable[[], GitState | None]:
    """Ask git for the state of the repository that `root` is in, without waiting for the answer.

    What comes back is called at the end: it waits up to 2 s, ends git, and gives the same answer
    each time. None: no git, no repository, no commit yet, or no answer in time. Tracked files in
    `home`, the store, do not make it dirty; nor do untracked ones anywhere.
    """
    if not _may_be_in_repository(root):
        return lambda: None
    import subprocess  # 3 ms, and as much to start git

    try:
        process = subprocess.Popen(  # noqa: S603
            ["git", "-C", str(root), *_STATUS, *_without(home, root)],  # noqa: S607 - the user's own git
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            start_new_session=True,  # Ctrl-C is for the run; its record still tells the commit
        )
    except OSError:
        return lambda: None
    answers: list[GitState | None] = []

    def collect() -> GitState | None:
        if not answers:
            answers.append(_collect(process))
        return answers[0]

    return collect


def _may_be_in_repository(root: Path) -> bool:
    """Whether git would find one there. It looks for `.git`, a folder or a file, from `root` upwards."""
    if "GIT_DIR" in os.environ:
        return True
    here = root.resolve()
    return any((folder / ".git").exists() for folder in (here, *here.parents))


def _without(home: Path | None, root: Path) -> tuple[str, ...]:
    if home is None or not home.is_relative_to(root):
        return ()
    return ("--", ":(top)", f":(exclude,literal){home.relative_to(root)}")


def _collect(process: subprocess.Popen[bytes]) -> GitState | None:
    from subprocess import TimeoutExpired

    try:
        output, _ = process.communicate(timeout=_PATIENCE_SECONDS)
    except TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return _parse(output.decode(errors="replace")) if process.returncode == 0 else None


def _parse(output: str) -> GitState | None:
    """`# branch.oid <commit>`, `# branch.head <branch>`, then a line for each file that differs."""
    headers: dict[str, str] = {}
    dirty = False
    for line in output.splitlines():
        if line.startswith("# "):
            name, _, value = line[2:].partition(" ")
            headers[name] = value
        else:
            dirty = True
    commit = headers.get("branch.oid", "(initial)")
    if commit == "(initial)":
        return None
    branch = headers.get("branch.head", "")
    return GitState(commit, "" if branch == "(detached)" else branch, dirty)
