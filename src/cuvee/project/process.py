"""A process, told from every other that had its number before or will have it after."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PS = "/bin/ps"

# A process that has ended, and that its parent has not asked for yet.
_ENDED = frozenset("ZX")


def process_since(pid: int) -> str | None:
    """When the process began, as the system tells it: one text for as long as it lives.

    None where there is no such process, or only what is left of one that has ended; "" where the system
    does not tell.
    """
    return _told_by_ps(pid) if sys.platform == "darwin" else _told_by_proc(pid)


def _told_by_proc(pid: int) -> str | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError:
        return "" if _is_there(pid) else None
    return None if fields[0] in _ENDED else fields[19]


def _told_by_ps(pid: int) -> str | None:
    import subprocess  # where there is a /proc it is not needed

    try:
        command = [_PS, "-o", "stat=,lstart=", "-p", str(pid)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return "" if _is_there(pid) else None
    state, _, since = told.strip().partition(" ")
    return None if not state or state[0] in _ENDED else since.strip()


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it is another user's
    return True
