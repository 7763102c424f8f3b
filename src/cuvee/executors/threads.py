"""Whether this process may be copied: one that has threads may not."""

from __future__ import annotations

import os
import sys
import threading


def has_threads() -> bool:
    """Whether the process has more than one thread, of Python's or not; True where none can tell."""
    if not sys.platform.startswith("linux") or threading.active_count() > 1:
        return True
    return len(os.listdir("/proc/self/task")) > 1  # noqa: PTH208
