"""Forty calls of a quarter of a second of pure Python, which need nothing of each other."""

from __future__ import annotations

import sys
import time

from cuvee import pipeline, task


@task
def work(n: int, seconds: float) -> int:
    end = time.thread_time() + seconds
    steps = 0
    while time.thread_time() < end:
        steps += 1
    return n


@pipeline
def main(calls: int, seconds: float) -> list[int]:
    return [work(n, seconds) for n in range(calls)]


if __name__ == "__main__":
    main.run(int(sys.argv[1]), float(sys.argv[2]))
