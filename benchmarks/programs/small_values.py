"""small_values.py COUNT: so many small values, kept: what each took, and in how many files they are."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cuvee import pipeline, task


@task
def counted(count: int) -> Iterator[dict[str, float]]:
    for number in range(count):
        yield {"number": float(number), "half": number / 2}


@pipeline
def study(count: int) -> Iterator[dict[str, float]]:
    return counted(count)


if __name__ == "__main__":
    began = time.perf_counter()
    study.run(int(sys.argv[1]))
    seconds = time.perf_counter() - began
    kept = [path for path in Path(".cuvee/blobs").rglob("*") if path.is_file()]
    print(json.dumps({"seconds": seconds, "files": len(kept)}))
