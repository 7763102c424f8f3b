"""What it costs to mix two runs beside the tasks that the mixtures execute: wine, three changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figure import Figure, amount
from benchmarks.processes import Program, best_seconds

_EXAMPLE = Path(__file__).parent.parent / "src/cuvee/examples/wine"
_FEATURE = (
    '    wines = wines.drop_duplicates(ignore_index=True)\n    return wines.assign(free=wines["pH"] / 3)\n'
)
_ROWS_DROPPED = 500


def attribution(folder: Path, rounds: int) -> list[Figure]:
    """Both runs once; in each round their mixtures, on a copy of the store that has none yet. The start of
    one process for each source tree, and of the command itself, is taken off."""
    project = Path(shutil.copytree(_EXAMPLE, folder / "wine"))
    _cuvee(project, "run", "wine.py")
    _change(project)
    _cuvee(project, "run", "wine.py", "--max-depth", "12")
    shutil.move(project / ".cuvee", folder / "kept")
    measured = [_mixed(project, folder / "kept") for _ in range(max(rounds // 3, 1))]
    start = {
        "tree": Program([sys.executable, "-c", "import cuvee.cli.mixing, wine"], project),
        "command": Program([sys.executable, "-c", "import cuvee.cli.attribute, cuvee.wiring"], project),
    }
    best = best_seconds(start, rounds)
    starts = measured[0][2] * best["tree"] + best["command"]
    wall, tasks, _, executed, twice = min(measured, key=lambda each: each[0] / each[1])
    note = f"{executed} calls in {amount(tasks, 's')}; starts {amount(starts, 's')}"
    return [
        Figure(
            "attribution of 3 changes ÷ its tasks, starts taken off", (wall - starts) / tasks, "×", 1.1, note
        ),
        Figure("… calls executed ÷ calls that differ", executed / (executed - twice), "×", 1.0),
    ]


def _change(project: Path) -> None:
    """A feature more, and fewer rows; the third change is a parameter."""
    source = project / "wine.py"
    text = source.read_text()
    changed = text.replace("    return wines.drop_duplicates(ignore_index=True)\n", _FEATURE)
    if changed == text:
        raise RuntimeError("the example has another clean() now")
    source.write_text(changed)
    data = project / "wine_quality.csv"
    lines = data.read_text().splitlines(keepends=True)
    data.write_text("".join(lines[:-_ROWS_DROPPED]))


def _mixed(project: Path, kept: Path) -> tuple[float, float, int, int, int]:
    """Seconds in all, seconds of the tasks, source trees, calls executed, and keys executed twice."""
    shutil.rmtree(project / ".cuvee", ignore_errors=True)
    shutil.copytree(kept, project / ".cuvee")
    trees = json.loads(_cuvee(project, "attribute", "1", "2", "rmse", "--plan", "--json"))["source_trees"]
    began = time.perf_counter()
    report = json.loads(_cuvee(project, "attribute", "1", "2", "rmse", "--json"))
    wall = time.perf_counter() - began
    with sqlite3.connect(project / ".cuvee" / "records.db") as database:
        executed = database.execute(
            "SELECT sum(seconds), count(*) - count(DISTINCT key) FROM call WHERE decision = 'executed'"
            " AND run > 2"
        ).fetchone()
    return wall, executed[0], trees, report["executed_calls"], executed[1]


def _cuvee(project: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cuvee", *words], cwd=project, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"cuvee {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
