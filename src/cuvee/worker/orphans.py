"""No orphans: a worker ends with the process that started it, at once, whatever ended that."""

from __future__ import annotations

import ctypes  # here, so that copies of this process have it
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends; elsewhere the guard does it alone."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it was asked
        os._exit(1)
