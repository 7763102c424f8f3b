"""The same by a bare process pool, which keeps nothing."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor


def work(n: int, seconds: float) -> int:
    end = time.thread_time() + seconds
    steps = 0
    while time.thread_time() < end:
        steps += 1
    return n


if __name__ == "__main__":
    calls, seconds = int(sys.argv[1]), float(sys.argv[2])
    with ProcessPoolExecutor() as pool:
        assert list(pool.map(work, range(calls), [seconds] * calls)) == list(range(calls))
