"""The work on long frames, the same for each tool, and how a program says what it took."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

ROWS = 5_000_000
COLUMNS = list("abcdefghij")


def made() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).random((ROWS, len(COLUMNS))), columns=COLUMNS)


def widened(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(k=frame["a"] + frame["b"])


def means(frame: pd.DataFrame) -> dict[str, float]:
    return {str(name): float(mean) for name, mean in frame.mean().items()}


def say(seconds: float, result: dict[str, float]) -> None:
    """The steady time and what came out, for whoever compares."""
    print(json.dumps({"seconds": seconds, "sum": sum(result.values())}))
