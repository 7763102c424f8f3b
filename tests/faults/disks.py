"""Disks that are full, read-only or ours to read only."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sys
from collections.abc import Iterator
from functools import partial

from cases import Bench, Broken, Fault
from hunted import SMALL, Project

_PAGE = 4096


def why_not() -> str:
    """Why no file system of our own can be made here; empty if one can."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        return "a small file system can be mounted by root alone; limits of files are tried instead"
    return ""


def why_no_limit() -> str:
    """Why no process can be limited here; empty if one can."""
    return "" if shutil.which("prlimit") else "prlimit is not installed: apt install util-linux"


def full_disk(pages: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """The store is on a disk with so many pages; then there is more room."""
    project.mount(f"size={pages * _PAGE}")
    ended = project.run(SMALL, "--executor", chance.choice(("auto", "in-process")))
    project.mount("size=64m")
    return Broken(f"{pages} pages", [ended], hit=ended.code != 0)


def read_only_disk(bench: Bench, project: Project, chance: random.Random) -> Broken:
    """The file system of the store becomes read-only, as one does after an error; then it is mended."""
    project.mount("size=64m")
    ended = [project.run(SMALL)] if chance.random() < 0.5 else []
    project.mount("ro")
    ended.append(project.run(SMALL))
    project.mount("rw")
    return Broken("read-only", ended, hit=ended[-1].code != 0)


def file_limit(size: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """No file of the run may be larger than that (bytes)."""
    before = ["prlimit", f"--fsize={size}"]
    ended = project.start(SMALL, before=before).wait()
    return Broken(f"files of {size} bytes at most", [ended], hit=ended.code != 0)


def descriptor_limit(count: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """The run may have so many files open."""
    executor = chance.choice(("auto", "pool", "in-process"))
    ended = project.start(SMALL, "--executor", executor, before=["prlimit", f"--nofile={count}"]).wait()
    return Broken(f"{count} descriptors, {executor}", [ended], hit=ended.code != 0)


def memory_limit(megabytes: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """The run may have so much address space."""
    executor = chance.choice(("auto", "pool", "in-process"))
    before = ["prlimit", f"--as={megabytes << 20}"]
    ended = project.start(SMALL, "--executor", executor, before=before).wait()
    return Broken(f"{megabytes} MiB of addresses, {executor}", [ended], hit=ended.code != 0)


def full_cases() -> Iterator[tuple[str, str, Fault]]:
    """A disk that is full after 4 KiB, 8 KiB, … until all fits."""
    for pages in range(1, 330):
        yield "full disk", "new", partial(full_disk, pages)


def limit_cases() -> Iterator[tuple[str, str, Fault]]:
    """Limits of files' sizes, of descriptors, of memory."""
    for size in range(8192, 1_300_000, 8192):
        yield "file too large", "new", partial(file_limit, size)
    for count in range(10, 64):
        yield "too many files open", "new", partial(descriptor_limit, count)
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    assert soft == resource.RLIM_INFINITY, "the hunt itself has a limit of memory"
    for megabytes in range(60, 400, 10):
        yield "out of memory", "new", partial(memory_limit, megabytes)
