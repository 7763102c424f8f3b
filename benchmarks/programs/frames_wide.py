"""frames_wide.py: 10,000 columns of 1,000 rows, stored and read, beside one file of Arrow's."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from cuvee.perform.pack import pack_result
from cuvee.perform.unpack import unpack
from cuvee.stores.filesystem import FilesystemStore

ROUNDS = 3

frame = pd.DataFrame(
    np.random.default_rng(0).random((1_000, 10_000)), columns=[f"c{number}" for number in range(10_000)]
)
home = Path("store")
store = FilesystemStore(home)


def stored() -> Any:
    return pack_result(frame, store, class_digest=lambda _: None)


def arrow() -> None:
    table = pa.Table.from_pandas(frame)
    with pa.OSFile("frame.arrow", "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def best(work: Callable[[], Any], prepare: Callable[[], Any] = lambda: None) -> float:
    seconds = []
    for _ in range(ROUNDS):
        prepare()
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def forget() -> None:
    shutil.rmtree(home, ignore_errors=True)


artifact = stored()
figures = {
    "stored": best(stored, forget),
    "arrow": best(arrow),
    "read": best(lambda: unpack(artifact, store, "scratch")),
    "files": sum(path.is_file() for path in home.rglob("*")),
}
print(json.dumps(figures))
