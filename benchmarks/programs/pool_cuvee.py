"""Calls of pure Python which need nothing of each other: so many, of so many loops."""

from __future__ import annotations

import sys

from pool_work import burn

from cuvee import pipeline, task


@task
def work(n: int, loops: int) -> int:
    burn(loops)
    return n


@pipeline
def main(calls: int, loops: int) -> list[int]:
    return [work(n, loops) for n in range(calls)]


if __name__ == "__main__":
    calls, loops = map(int, sys.argv[1:])
    assert main.run(calls, loops).result == list(range(calls))
