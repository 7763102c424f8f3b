"""diff_runs.py calls|frames: how long it takes to compare two runs, of 1,000 calls or of 400 MB frames."""

import json
import sys
import time
from typing import Any

import numpy as np
import pandas as pd

from cuvee import Pipeline, Run, pipeline, task

_CALLS = 998
_ROWS, _COLUMNS = 5_000_000, 10


@task
def one(x: int, factor: int) -> int:
    return x * factor


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@pipeline
def calls(factor: int = 1) -> int:
    return total(one.map(list(range(_CALLS)), factor=factor))


@task
def made(change: int) -> pd.DataFrame:
    random = np.random.default_rng(7)
    frame = pd.DataFrame({f"c{n}": random.random(_ROWS) for n in range(_COLUMNS)})
    frame["c3"] += change
    return frame


@pipeline
def frames(factor: int = 1) -> pd.DataFrame:
    return made(factor)


def compared(old: Run[Any], new: Run[Any], rounds: int = 5) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        found = old.diff(new)
        best = min(best, time.perf_counter() - began)
        assert found.root_changes, found
    return best


if __name__ == "__main__":
    studies: dict[str, Pipeline[..., Any]] = {"calls": calls, "frames": frames}
    study = studies[sys.argv[1]]
    old, new = study.run(1), study.run(2)
    print(json.dumps({"seconds": compared(old, new)}))
