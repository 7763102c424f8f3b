"""The work on long frames, the same for each tool, and how a program says what it took."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

ROWS = 5_000_000
COLUMNS = list("abcdefghij")

_TIMES = 5
_AGAIN = "again" in sys.argv


def made() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).random((ROWS, len(COLUMNS))), columns=COLUMNS)


def widened(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(k=frame["a"] + frame["b"])


def means(frame: pd.DataFrame) -> dict[str, float]:
    return {str(name): float(mean) for name, mean in frame.mean().items()}


def measure(work: Callable[[], dict[str, float]], store: str = "") -> None:
    """Say how long the work takes for whoever compares, and what came out: once where this program was told
    to do it `again`, with what is in the store; else several times, each with an empty one.

    The best of these, and the first. A virtual machine gives memory back to its host and gets it again when
    it is touched, which takes from nothing to two seconds for what is made here: what comes first may tell
    more of that than of any tool.
    """
    seconds = []
    for _ in range(1 if _AGAIN else _TIMES):
        if not _AGAIN:
            shutil.rmtree(store, ignore_errors=True)
        began = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"seconds": min(seconds), "first": seconds[0], "sum": sum(result.values())}))
