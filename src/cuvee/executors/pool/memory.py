"""Memory: how much a process, and all that it has started, holds of it now."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Bytes in memory of the process and those that it has started; 0 for one that has ended."""
    if not sys.platform.startswith("linux"):
        return _told_by_ps(pid)
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(page * _resident_pages(each) for each in _family(pid))


def _resident_pages(pid: int) -> int:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - in a loop, twenty times a second
            for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split():
                yield from _family(int(child))


def _told_by_ps(group: int) -> int:
    import subprocess  # only where the system has no /proc

    answer = subprocess.run(
        ["ps", "-A", "-o", "pgid=,rss="],  # noqa: S607 - the system's own
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    rows = (line.split() for line in answer.splitlines())
    return sum(1024 * int(rss) for pgid, rss in rows if int(pgid) == group)
