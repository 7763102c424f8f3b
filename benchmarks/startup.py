"""What starting costs over a bare Python: the import, `--help`, the first run of a process."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.figure import Figure, amount
from benchmarks.processes import Program, best_seconds

_PIPELINE = """\
from cuvee import pipeline, task


@task
def add(a: int, b: int) -> int:
    return a + b


@pipeline
def one(a: int = 1) -> int:
    return add(a, 1)

"""


def startup(folder: Path, rounds: int) -> list[Figure]:
    """`rounds` processes of each kind, in a folder that is empty."""
    (folder / "defined.py").write_text(_PIPELINE)
    (folder / "ran.py").write_text(f"{_PIPELINE}\none.run()\n")
    python, cuvee = sys.executable, Path(sys.executable).with_name("cuvee")
    best = best_seconds(
        {
            "bare": Program([python, "-c", "pass"], folder),
            "import": Program([python, "-c", "from cuvee import task, pipeline"], folder),
            "click": Program([python, "-c", "import click"], folder),
            "help": Program([cuvee, "--help"], folder),
            "defined": Program([python, "defined.py"], folder),
            "first": Program([python, "ran.py"], folder, lambda: _forget(folder)),
            "again": Program([python, "ran.py"], folder),
        },
        rounds,
    )
    over = {name: seconds - best["bare"] for name, seconds in best.items()}
    return [
        Figure("import, over bare Python", over["import"], "ms", 0.040, f"bare {amount(best['bare'], 'ms')}"),
        Figure("--help, over bare Python", over["help"], "ms", 0.100, f"click {amount(over['click'], 'ms')}"),
        Figure("first .run() of a process, new store", over["first"] - over["defined"], "ms", 0.080),
        Figure("first .run() of a process, reused", over["again"] - over["defined"], "ms", 0.080),
    ]


def _forget(folder: Path) -> None:
    shutil.rmtree(folder / ".cuvee", ignore_errors=True)
