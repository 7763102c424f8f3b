"""Copying: whether a process that has imported libraries, and used none, may be copied."""

from __future__ import annotations

import os
import sys
import threading

_THREAD_COUNTS = (
    "scipy_openblas_get_num_threads64_",
    "scipy_openblas_get_num_threads",
    "openblas_get_num_threads64_",
    "openblas_get_num_threads",
)
_JEMALLOC = "jemalloc_bg_thd"


def may_be_copied() -> bool:
    """Whether all threads that it has beside its first are those of OpenBLAS, which come with numpy, and the
    one with which jemalloc, which comes with pyarrow, tidies up. Both see to it themselves that a copy of
    the process is sound.
    """
    if not sys.platform.startswith("linux") or threading.active_count() > 1:
        return False
    threads = [_name_of(task) for task in os.listdir("/proc/self/task")]  # noqa: PTH208
    others = len(threads) - threads.count(_JEMALLOC) - 1
    return others == sum(map(_openblas_threads, _openblas_files()))


def _name_of(task: str) -> str:
    try:
        with open(f"/proc/self/task/{task}/comm", encoding="utf-8", errors="replace") as name:  # noqa: PTH123
            return name.read().strip()
    except OSError:
        return ""  # it has just ended: then it counts as one that is not known


def _openblas_files() -> list[str]:
    """The OpenBLAS libraries that are loaded: numpy and scipy bring one each."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:  # noqa: PTH123
        paths = {line.split(maxsplit=5)[-1].strip() for line in maps if "openblas" in line}
    return sorted(path for path in paths if path.startswith("/"))


def _openblas_threads(path: str) -> int:
    """How many threads one of them has beside that which calls it; 0 where it does not tell."""
    import ctypes  # it is loaded already where numpy is

    library = ctypes.CDLL(path)
    for name in _THREAD_COUNTS:
        count = getattr(library, name, None)
        if count is not None:
            return max(int(count()) - 1, 0)
    return 0
