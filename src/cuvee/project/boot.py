"""Which boot of the machine this is: what was written in an earlier one may not have reached the disk."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

_LINUX = Path("/proc/sys/kernel/random/boot_id")
_MACOS = ("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")


def boot_id() -> str:
    """The same text until the machine starts again.

    Where the system does not tell, every call gives another one: then what is not known to be
    synced is verified once more, which costs time and risks nothing.
    """
    text = _macos() if sys.platform == "darwin" else _linux()
    return text or f"unknown-{uuid.uuid4()}"


def _linux() -> str:
    try:
        return _LINUX.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _macos() -> str:
    import subprocess

    try:
        done = subprocess.run(_MACOS, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
