"""The peak of a process's memory, looked at from outside while it runs.

What the system says of it at its end (`ru_maxrss`) will not do alone: cuvee has it begun anew for each call.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

_OFTEN = 0.010
_UNIT = 1 if sys.platform == "darwin" else 1024
_HIGHEST = re.compile(rb"VmHWM:\s*(\d+) kB")


class Spent(NamedTuple):
    """What a process took: its exit code, seconds on a processor, and bytes of memory at most."""

    code: int
    processor: float
    memory: int


def wait_for(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> Spent:
    """Wait for its end, however long that takes. What it prints has to go to a file, or nowhere."""
    highest = 0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            processor = used.ru_utime + used.ru_stime
            return Spent(process.returncode, processor, max(highest, used.ru_maxrss * _UNIT))
        highest = max(highest, _highest_now(process.pid))
        time.sleep(_OFTEN)


def _highest_now(pid: int) -> int:
    try:
        found = _HIGHEST.search(Path(f"/proc/{pid}/status").read_bytes())
    except OSError:
        return 0  # it has just ended, or the system has no such files
    return int(found[1]) * 1024 if found else 0
