"""Forty calls of a quarter of a second of pure Python on all cores, whole processes ÷ the ideal.

What a call takes is measured with nothing beside it, before each round and after the last: the best of that
is what forty calls come to, divided by the cores.
"""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.processes import Program, best_seconds, least_said
from cuvee.project.cores import available_cores

_CALLS, _SECONDS = 40, 0.25
_PROGRAMS = Path(__file__).parent / "programs"


def pool(folder: Path, rounds: int) -> list[Figure]:
    """A third of `rounds` processes of each kind, in a folder that is empty."""
    alone = least_said(_program(folder, "work", _SECONDS), 1)
    loops, seconds = int(alone["loops"]), alone["seconds"]
    again = _program(folder, "work", _SECONDS, loops)
    tools = {tool: _program(folder, tool, _CALLS, loops) for tool in ("cuvee", "bare")}
    best = dict.fromkeys(tools, float("inf"))
    for _ in range(max(1, rounds // 3)):
        for tool, took in best_seconds(tools, 1).items():
            best[tool] = min(best[tool], took)
        seconds = min(seconds, least_said(again, 1)["seconds"])
    ideal = _CALLS * seconds / available_cores()
    work = f"{_CALLS} × {_SECONDS} s of pure Python ÷ the ideal, start-up included"
    beside = f"a bare process pool {best['bare'] / ideal:.3f} ×"
    return [Figure(work, best["cuvee"] / ideal, "×", 1 / 0.97, beside)]


def _program(folder: Path, name: str, *arguments: object) -> Program:
    place = folder / name
    place.mkdir(exist_ok=True)
    shutil.copy(_PROGRAMS / "pool_work.py", place)
    script = shutil.copy(_PROGRAMS / f"pool_{name}.py", place)
    forget = partial(shutil.rmtree, place / ".cuvee", ignore_errors=True)
    return Program([sys.executable, script, *map(str, arguments)], place, forget)
