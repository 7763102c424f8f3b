"""The work of a call: so many loops of pure Python.

`python pool_work.py SECONDS` prints how many loops take so long here, with nothing beside them, and how long
they take at best; `python pool_work.py SECONDS LOOPS` the latter alone.
"""

from __future__ import annotations

import json
import sys
import time


def burn(loops: int) -> int:
    value = 1
    for step in range(loops):
        value = (value * 31 + step) & 0xFFFF_FFFF
    return value


def seconds_of(loops: int) -> float:
    began = time.perf_counter()
    burn(loops)
    return time.perf_counter() - began


def loops_in(seconds: float) -> int:
    return int(1_000_000 * seconds / min(seconds_of(1_000_000) for _ in range(9)))


if __name__ == "__main__":
    loops = int(sys.argv[2]) if len(sys.argv) > 2 else loops_in(float(sys.argv[1]))
    print(json.dumps({"loops": loops, "seconds": min(seconds_of(loops) for _ in range(9))}))
