"""Forty calls of 0.25 s of pure Python on all cores, whole processes: how much of the ideal time it takes."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.processes import Program, best_seconds
from cuvee.project.cores import available_cores

_CALLS, _SECONDS = 40, 0.25
_PROGRAMS = Path(__file__).parent / "programs"


def pool(folder: Path, rounds: int) -> list[Figure]:
    """A third of `rounds` processes of each kind, in a folder that is empty."""
    programs = {tool: _program(folder, tool) for tool in ("cuvee", "bare")}
    seconds = best_seconds(programs, max(1, rounds // 3))
    ideal = _CALLS * _SECONDS / available_cores()
    ratio = {tool: took / ideal for tool, took in seconds.items()}
    work = f"{_CALLS} × {_SECONDS} s of pure Python ÷ the ideal, start-up included"
    return [Figure(work, ratio["cuvee"], "×", 1 / 0.97, f"a bare process pool {ratio['bare']:.3f} ×")]


def _program(folder: Path, tool: str) -> Program:
    place = folder / tool
    place.mkdir()
    script = shutil.copy(_PROGRAMS / f"pool_{tool}.py", place)
    forget = partial(shutil.rmtree, place / ".cuvee", ignore_errors=True)
    return Program([sys.executable, script, str(_CALLS), str(_SECONDS)], place, forget)
