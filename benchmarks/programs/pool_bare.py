"""The same by a bare process pool, which keeps nothing."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

from pool_work import burn


def work(n: int, loops: int) -> int:
    burn(loops)
    return n


if __name__ == "__main__":
    calls, loops = map(int, sys.argv[1:])
    with ProcessPoolExecutor() as pool:
        assert list(pool.map(work, range(calls), [loops] * calls)) == list(range(calls))
