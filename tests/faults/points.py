"""Every point at which a run changes something: a kill there, or an error of the system there.

`strace` tells which system calls of a run touch the store, and breaks one of them. It needs ptrace.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from cases import Bench, Broken, Fault
from hunted import SMALL, Project

CHANGING = (
    "openat", "write", "pwrite64", "writev", "link", "linkat", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "mkdir", "mkdirat", "rmdir", "ftruncate", "fallocate", "fsync", "fdatasync", "utimensat",
    "chmod", "fchmod", "flock",
)  # fmt: skip
_HERE = ("--executor", "in-process")

# What strace prints: `pwrite64(4</tmp/p/.cuvee/records.db-wal>, "…", 24, 32) = 24`
_LINE = re.compile(r"^(\w+)\((.*)")


def why_not() -> str:
    """Why no points can be broken here; empty if they can."""
    if shutil.which("strace") is None:
        return "strace is not installed: apt install strace"
    tried = subprocess.run(
        ["strace", "-o", "/dev/null", "-e", "trace=mkdir", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if tried.returncode == 0 else f"strace may not trace here (ptrace): {tried.stderr.strip()}"


def _strace(inject: str = "", log: str = "/dev/null", traced: Sequence[str] = CHANGING) -> list[str]:
    more = ["-e", f"inject={inject}"] if inject else []
    # Without --seccomp-bpf, with which some kernels never inject.
    return ["strace", "-y", "-qq", "-o", log, "-e", f"trace={','.join(traced)}", *more]


def points(bench: Bench, state: str) -> list[tuple[str, int]]:
    """The system calls of a run in such a store that touch the store: each name, and the how manieth it is.

    Those of one process, the first, which performs all calls but one.
    """
    project = bench.project(state)
    log = project.place / "strace"
    ended = project.start(SMALL, *_HERE, before=_strace(log=str(log))).wait()
    assert ended.code == 0, ended.errors
    found = list(_points(log, str(project.folder)))
    project.remove()
    return found


def _points(log: Path, folder: str) -> Iterator[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, rest = match.groups()
        counts[name] += 1
        changes = name != "openat" or "O_CREAT" in rest or "O_RDWR" in rest
        if changes and (folder in rest or name == "flock"):
            yield name, counts[name]


def broken_at(
    name: str, number: int, inject: str, bench: Bench, project: Project, chance: random.Random
) -> Broken:
    """A run that is broken at this point; it performs its calls itself."""
    log = project.place / "strace"
    before = _strace(f"{name}:{inject}:when={number}", log=str(log), traced=(name,))
    ended = project.start(SMALL, *_HERE, before=before).wait()
    killed = "KILL" in inject
    told = log.read_text(errors="replace")
    hit = "killed by SIGKILL" in told if killed else "(INJECTED)" in told
    return Broken(f"{name} {number} {inject}", [ended], hit=hit, killed=killed)


def point_cases(
    bench: Bench, inject: str, names: Sequence[str], states: Sequence[str]
) -> Iterator[tuple[str, str, Fault]]:
    """Every point with one of these names, in stores of these states."""
    for state in states:
        for name, number in points(bench, state):
            if name in names:
                yield inject, state, partial(broken_at, name, number, inject)


# In a log of `-y -s 300`: the file that is synced, and the words of an event.
_SYNCED = re.compile(r"^f(?:data)?sync\(\d+<([^>]*)>\) += 0")
_TOLD = re.compile(r'^write\(.*\\"call_ended\\", \\"path\\": \\"([^\\]*)\\"')


def told_too_early(project: Project, durability: str, paths: Sequence[str]) -> list[str]:
    """Those of these calls, each with a blob of its own, that were told of before it was all on disk.

    Told in the order in which they end: of the n-th, n blobs have to have been synced, and the log of the
    database after them.
    """
    log = project.place / "strace"
    before = ["strace", "-y", "-s", "300", "-qq", "-o", str(log), "-e", "trace=write,fsync,fdatasync"]
    ended = project.start(SMALL, *_HERE, "--durability", durability, before=before).wait()
    assert ended.code == 0, ended.errors
    early, told = [], 0
    blobs: set[str] = set()
    committed: set[str] = set()
    for line in log.read_text(errors="replace").splitlines():
        if synced := _SYNCED.match(line):
            if "/blobs/" in synced[1] and len(Path(synced[1]).name) > 2:
                blobs.add(synced[1])
            elif synced[1].endswith("-wal"):
                committed = set(blobs)
        elif (event := _TOLD.match(line)) and event[1] in paths:
            told += 1
            if len(committed) < told:
                early.append(event[1])
    assert told == len(paths)
    return early
