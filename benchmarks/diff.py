"""How long it takes to compare two runs: of many calls, and of large frames that are not read for it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.figure import Figure

_PROGRAM = Path(__file__).parent / "programs" / "diff_runs.py"


def diff(folder: Path, rounds: int) -> list[Figure]:
    """A process of each kind; each compares its runs several times, and the best counts."""
    del rounds
    return [
        Figure("diff of two runs of 1,000 calls", _said(folder, "calls"), "ms", 0.5),
        Figure("… of two 400 MB frames, one column changed", _said(folder, "frames"), "ms", 0.05),
    ]


def _said(folder: Path, kind: str) -> float:
    place = folder / kind
    place.mkdir()
    program = shutil.copy(_PROGRAM, place)
    done = subprocess.run(
        [sys.executable, program, kind], cwd=place, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{program} {kind} ended with {done.returncode}:\n{done.stderr}")
    seconds: float = json.loads(done.stdout.splitlines()[-1])["seconds"]
    return seconds
