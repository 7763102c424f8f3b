"""What a key costs: of a call with small arguments, of arrays and frames, of the code of a large project."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.figure import Figure, amount
from benchmarks.processes import Program, least_said
from benchmarks.programs.large_project import write_project

_PROGRAMS = Path(__file__).parent / "programs"

# A gigabyte in the time that 3 GB/s leave for it.
_GIGABYTE, _BUDGET = 1e9, 1 / 3


def keys(folder: Path, rounds: int) -> list[Figure]:
    """A third of `rounds` processes of each kind, in a folder that is empty."""
    few = max(1, rounds // 3)
    write_project(folder)
    said = least_said(Program([sys.executable, _PROGRAMS / "keys.py"], folder), few)
    code = least_said(Program([sys.executable, _PROGRAMS / "code_of_project.py"], folder), few)["code"]
    bare = f"blake3 {amount(said['blake3'] * _GIGABYTE, 'ms')}"
    return [
        Figure("key of a call, two small arguments", said["key"], "µs", 5e-6),
        *(
            Figure(f"1 GB of {name}", said[name] * _GIGABYTE, "ms", _BUDGET, bare)
            for name in said
            if "," in name
        ),
        Figure("code of 200 tasks, 20,000 lines", code, "s", 0.5, "work of this process"),
    ]
