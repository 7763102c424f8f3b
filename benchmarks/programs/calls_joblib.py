"""calls_joblib.py loop COUNT: the same calls, remembered by joblib."""

import sys

from joblib import Memory

memory = Memory(".joblib", verbose=0)


@memory.cache  # type: ignore[untyped-decorator]
def add(a: int, b: int) -> int:
    return a + b


for number in range(int(sys.argv[2])):
    add(number, 1)
