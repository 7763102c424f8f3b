"""What a profile costs beside the digest and the write of the same value: they are made at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, amount

_ROWS, _COLUMNS = 5_000_000, 10
_WIDE = 10_000
_LIMIT = 1.0


def profiles(folder: Path, rounds: int) -> list[Figure]:
    """Of a long frame and a wide one, in this process; `folder` is empty."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    names = [f"c{at}" for at in range(_COLUMNS)]
    long = pd.DataFrame(rng.random((_ROWS, _COLUMNS)), columns=names)
    figures = [_figure("profile ÷ digest and write, 400 MB", long, folder / "long", rounds)]
    del long
    wide = pd.DataFrame(rng.random((1_000, _WIDE)))
    return [*figures, _figure("… of 10,000 columns", wide, folder / "wide", rounds)]


def _figure(work: str, value: Any, folder: Path, rounds: int) -> Figure:
    from cuvee.perform.pack import keep_result, pack_result
    from cuvee.profiles.describing import describe
    from cuvee.stores.filesystem import FilesystemStore

    stores = (FilesystemStore(folder / str(at)) for at in range(2 * rounds))
    described, stored, together = [], [], []
    for _ in range(rounds):
        described.append(_seconds(lambda: describe(value, str)))
        stored.append(_seconds(lambda: pack_result(value, next(stores), class_digest=_no_class)))
        together.append(_seconds(lambda: keep_result(value, next(stores), str, class_digest=_no_class)))
    beside = f"profile {amount(min(described), 'ms')}, stored {amount(min(stored), 'ms')}, "
    beside += f"both {amount(min(together), 'ms')}"
    return Figure(work, min(described) / min(stored), "×", _LIMIT, beside)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _no_class(_: Any) -> None:
    return None
