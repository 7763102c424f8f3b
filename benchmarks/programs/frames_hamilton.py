"""frames_hamilton.py: the same as nodes of Hamilton, kept in its cache."""

import sys

import frames_work
import pandas as pd
from hamilton import driver  # type: ignore[import-not-found,import-untyped,unused-ignore]


def frame() -> pd.DataFrame:
    found: pd.DataFrame = frames_work.made()
    return found


def wider(frame: pd.DataFrame) -> pd.DataFrame:
    found: pd.DataFrame = frames_work.widened(frame)
    return found


def averages(wider: pd.DataFrame) -> dict[str, float]:
    found: dict[str, float] = frames_work.means(wider)
    return found


def kept() -> dict[str, float]:
    nodes = driver.Builder().with_modules(sys.modules[__name__]).with_cache(path=".hamilton").build()
    found: dict[str, float] = nodes.execute(["averages"])["averages"]
    return found


frames_work.measure(kept, ".hamilton")
