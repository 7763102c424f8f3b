"""Cores: how many this process may use, which can be fewer than the machine has."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path

_CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def available_cores(limit: Path = _CGROUP_LIMIT) -> int:
    """The cores that the scheduler may give it, and no more than its control group has time for."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = limit.read_text().split()
        cores = min(cores, max(1, math.ceil(int(quota) / int(period))))  # "max" is no number: no limit
    return cores
