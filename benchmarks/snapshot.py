"""How long it takes to keep the source of a project that nobody has touched since the last run."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.figure import Figure
from cuvee.model.record import RunStart, Versions
from cuvee.operations.session import Session
from cuvee.wiring import open_session

_FOLDERS, _FILES = 20, 50

# What was changed just before it was read is read again.
_SETTLED = 2.5


def snapshot(folder: Path, rounds: int) -> list[Figure]:
    """In this process, again and again; the best counts. It is taken, and put on record."""
    (folder / "pyproject.toml").write_text("[project]\nname = 'large'\n")
    for number in range(_FOLDERS):
        package = folder / f"package_{number}"
        package.mkdir()
        for file in range(_FILES):
            (package / f"module_{file}.py").write_text(f"VALUE = {number * _FILES + file}\n" * 100)
    time.sleep(_SETTLED)
    session = open_session(folder)
    try:
        took = [_taken(session) for _ in range(rounds + 1)][1:]
    finally:
        session.close()
    return [Figure("snapshot of 1,000 unchanged files", min(took), "ms", 0.020)]


def _taken(session: Session) -> float:
    start = RunStart("m:p", "m.py", time.time(), (), Versions("3", "linux", "0"), "host", 1, "boot")
    run = session.ledger.begin(start)
    began = time.perf_counter()
    session.ledger.keep_snapshot(run, session.start_snapshot().collect())
    return time.perf_counter() - began
