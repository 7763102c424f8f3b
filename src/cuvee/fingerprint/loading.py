"""Loading: whether the source on disk is what a module was loaded from.

A file that has not been touched since this process began is. One that has been is if Python's
own cache of the module, written when it is loaded, is of the file as it is now.
"""

from __future__ import annotations

import functools
import os
import time
from pathlib import Path
from typing import Any

from cuvee.model.digest import digest_bytes

# Python itself takes longer than this to start, so no import can be earlier; and the clock that
# a start is told by is no finer.
_SLACK = 0.01


def is_as_loaded(file: os.stat_result, spec: Any) -> bool:
    """Whether a file with this status is what the module with that spec was loaded from."""
    started = _process_start()
    if started is not None and file.st_ctime <= started + _SLACK:
        return True
    cached = getattr(spec, "cached", None)
    try:
        header = Path(cached).read_bytes()[:16] if cached else b""
    except OSError:
        return False
    if len(header) < 16 or header[4:8] != b"\0\0\0\0":
        return False
    mtime, size = int.from_bytes(header[8:12], "little"), int.from_bytes(header[12:16], "little")
    return (mtime, size) == (int(file.st_mtime) & 0xFFFFFFFF, file.st_size & 0xFFFFFFFF)


def digest_of(file: str) -> bytes:
    """The digest of a file's bytes; an empty one if it cannot be read."""
    try:
        return digest_bytes(Path(file).read_bytes())
    except OSError:
        return b""


@functools.cache
def _process_start() -> float | None:
    """When this process began, in seconds since 1970; None where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, ValueError, IndexError, AttributeError):
        return None
    return boot + ticks
