"""What one more tracked call costs: (11,000 calls − 1,000 calls) ÷ 10,000, whole processes."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure, amount
from benchmarks.processes import Program, best_seconds

_FEW, _MANY = 1_000, 11_000
_PROGRAMS = Path(__file__).parent / "programs"

# Separate calls in a loop; each on the result of the last; a map.
_SHAPES = (("cuvee", "loop"), ("cuvee", "chain"), ("cuvee", "map"), ("joblib", "loop"))


def calls(folder: Path, rounds: int) -> list[Figure]:
    """A third of `rounds` processes of each kind, in a folder that is empty."""
    few_rounds = max(1, rounds // 3)
    programs = {
        (tool, shape, count): _program(folder, tool, shape, count)
        for tool, shape in _SHAPES
        for count in (_FEW, _MANY)
    }
    forgetful = {
        name: program._replace(prepare=partial(_forget, program.folder)) for name, program in programs.items()
    }
    cold = _marginal(best_seconds(forgetful, few_rounds))
    warm = _marginal(best_seconds(programs, few_rounds))
    return [
        *_figures("one more call, cold", cold, 50e-6),
        *_figures("one more call, reused, new process", warm, 20e-6),
    ]


def _figures(work: str, seconds: dict[tuple[str, str], float], budget: float) -> list[Figure]:
    peer = f"joblib.Memory {amount(seconds['joblib', 'loop'], 'µs')}"
    return [
        Figure(work, seconds["cuvee", "loop"], "µs", budget, peer),
        Figure("… on the last one's result", seconds["cuvee", "chain"], "µs", budget),
        Figure("… of a map", seconds["cuvee", "map"], "µs", budget),
    ]


def _program(folder: Path, tool: str, shape: str, count: int) -> Program:
    """Each has a folder of its own: run again it finds its own results, and no others."""
    place = folder / f"{tool}_{shape}_{count}"
    place.mkdir()
    script = shutil.copy(_PROGRAMS / f"calls_{tool}.py", place)
    return Program([sys.executable, script, shape, str(count)], place)


def _marginal(seconds: dict[tuple[str, str, int], float]) -> dict[tuple[str, str], float]:
    return {
        (tool, shape): (seconds[tool, shape, _MANY] - seconds[tool, shape, _FEW]) / (_MANY - _FEW)
        for tool, shape in _SHAPES
    }


def _forget(folder: Path) -> None:
    for store in (".cuvee", ".joblib"):
        shutil.rmtree(folder / store, ignore_errors=True)
