"""Loading: whether the source on disk is what a module was loaded from.

A file that has not been touched since this process began is. One that has been is if Python's
own cache of the module, written when it is loaded, is of the file as it is now.
"""

from __future__ import annotations

import functools
import marshal
import os
import time
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

from cuvee.model.digest import digest_bytes

# Python itself takes longer than this to start, so no import can be earlier; and the clock that
# a start is told by is no finer.
_SLACK = 0.01


def is_unchanged(file: os.stat_result) -> bool:
    """Whether a file with this status has not been touched since this process began."""
    started = _process_start()
    return started is not None and file.st_ctime <= started + _SLACK


def cached_code(file: os.stat_result, spec: Any) -> CodeType | None:
    """What Python has kept of a module when it was last loaded, if that is of the file as it is now."""
    cached = getattr(spec, "cached", None)
    try:
        data = Path(cached).read_bytes() if cached else b""
    except OSError:
        return None
    if data[:4] != MAGIC_NUMBER or data[4:8] != b"\0\0\0\0":
        return None
    mtime, size = int.from_bytes(data[8:12], "little"), int.from_bytes(data[12:16], "little")
    if (mtime, size) != (int(file.st_mtime) & 0xFFFFFFFF, file.st_size & 0xFFFFFFFF):
        return None
    code = marshal.loads(memoryview(data)[16:])  # noqa: S302 - Python would run it, too
    return code if isinstance(code, CodeType) else None


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
