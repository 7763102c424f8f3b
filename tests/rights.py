"""A folder that may be read and not written to, for root too: without the right to pass over permissions."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VERSION_3 = 0x20080522
_PASSES_OVER_PERMISSIONS = 1 << 1  # CAP_DAC_OVERRIDE


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """While this is open nothing can be written to the folder, and all that is in it, from this thread."""
    inside = [folder, *folder.rglob("*")]
    modes = {each: each.stat().st_mode for each in inside}
    for each, mode in modes.items():
        each.chmod(mode & ~0o222)
    try:
        with _as_others():
            yield
    finally:
        for each, mode in modes.items():
            each.chmod(mode)


@contextmanager
def _as_others() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    assert sys.platform == "linux", "root passes over permissions"
    before = _effective()
    _set_effective(before & ~_PASSES_OVER_PERMISSIONS)
    try:
        yield
    finally:
        _set_effective(before)


def _sets() -> tuple[ctypes.Array[ctypes.c_uint32], ctypes.Array[ctypes.c_uint32]]:
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    found = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same of the higher numbers
    assert ctypes.CDLL(None, use_errno=True).capget(header, found) == 0
    return header, found


def _effective() -> int:
    return _sets()[1][0]


def _set_effective(rights: int) -> None:
    header, found = _sets()
    found[0] = rights
    assert ctypes.CDLL(None, use_errno=True).capset(header, found) == 0
