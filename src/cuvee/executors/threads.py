"""Whether this process may be copied: one that has threads may not, but for ours, which can be stopped."""

from __future__ import annotations

import os
import sys
import threading

from cuvee.ports import threads


def has_threads() -> bool:
    """Whether the process has more than one thread that is not ours, of Python's or not; True where none
    can tell."""
    ours = threads.running()
    if not sys.platform.startswith("linux") or threading.active_count() > 1 + ours:
        return True
    return len(os.listdir("/proc/self/task")) > 1 + ours  # noqa: PTH208
