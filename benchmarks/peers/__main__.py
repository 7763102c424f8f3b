"""python -m benchmarks.peers [TOOL …] [--only WORK …] [--rounds N] [--json FILE]: cuvee beside its peers.

Each tool is installed into an environment of its own in `.bench`, when it is first asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.peers.environments import CannotInstall
from benchmarks.peers.measuring import Bench, Measured
from benchmarks.peers.tools import CUVEE, DEFAULT, PEERS, Tool

_WORK: dict[str, Callable[[Bench], Mapping[str, Measured]]] = {
    "startup": Bench.startup,
    "calls": Bench.calls,
    "wine": Bench.wine,
    "frame": Bench.frame,
    "burn": Bench.burn,
}
_COLUMNS = {
    "import": "ms", "--help": "ms", "call": "µs", "call again": "µs", "wine": "s", "wine again": "s",
    "frame": "s", "frame again": "s", "40 × ¼ s": "×",
}  # fmt: skip
_UNITS = {"µs": 1e6, "ms": 1e3, "s": 1.0, "×": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Measure cuvee beside other tools on the same work."
    )
    named = f"of {', '.join(PEERS)} (default: {', '.join(DEFAULT)})"
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=named)
    parser.add_argument(
        "--only", nargs="+", metavar="WORK", choices=_WORK, default=list(_WORK), help=", ".join(_WORK)
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each process is run (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    chosen = parser.parse_args()
    unknown = set(chosen.tools) - PEERS.keys()
    if unknown:
        parser.error(f"no such tool: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    tools = [CUVEE, *(PEERS[name] for name in chosen.tools or DEFAULT)]
    figures: dict[str, dict[str, Measured]] = {}
    missing: dict[str, str] = {}
    for tool in tools:
        try:
            figures[tool.name] = measured(tool, chosen.only, chosen.rounds)
        except CannotInstall as error:
            print(error, file=sys.stderr)
            missing[tool.name] = str(error).strip().splitlines()[-1]
        print(table(figures, missing), file=sys.stderr)  # it takes long: what there is by now
    machine = f"Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores"
    print(f"{machine}; whole processes, the best of {chosen.rounds}")
    print(table(figures, missing))
    if chosen.json:
        plain: dict[str, object] = {
            name: {work: each.seconds for work, each in of.items()} for name, of in figures.items()
        }
        plain |= {name: {"not installed": why} for name, why in missing.items()}
        chosen.json.write_text(json.dumps(plain, indent=2) + "\n")


def measured(tool: Tool, work: list[str], rounds: int) -> dict[str, Measured]:
    """What a tool takes for this work, by column; what cannot be measured says why. Raises CannotInstall."""
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory(prefix="cuvee-bench-") as folder:
        bench = Bench(tool, Path(folder), rounds)
        for name in work:
            print(f"{tool.name}: {name} …", file=sys.stderr)
            found |= _WORK[name](bench)
    for column, each in found.items():
        if each.why:
            print(f"{tool.name}: {column} failed:\n{each.why}", file=sys.stderr)
    return found


def table(figures: Mapping[str, Mapping[str, Measured]], missing: Mapping[str, str]) -> str:
    """The figures, a tool a line. `–`: it cannot do it; `failed`: it did not.

    `missing` are those that could not be measured at all, and why.
    """
    columns = [column for column in _COLUMNS if any(column in of for of in figures.values())]
    rows = [["", *(f"{column}, {_COLUMNS[column]}" for column in columns)]]
    rows += [[name, *(_cell(of.get(column), column) for column in columns)] for name, of in figures.items()]
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns) + 1)]
    lines = ["  ".join(_aligned(row, widths)) for row in rows]
    lines += [
        f"{name.ljust(widths[0])}  NOT MEASURED, it cannot be installed here: {why}"
        for name, why in missing.items()
    ]
    return "\n".join(lines)


def _aligned(row: list[str], widths: list[int]) -> list[str]:
    name, *cells = row
    return [
        name.ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)),
    ]


def _cell(found: Measured | None, column: str) -> str:
    if found is None or found.seconds is None:
        return "failed" if found is not None and found.why else "–"
    value = found.seconds * _UNITS[_COLUMNS[column]]
    return f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}"


if __name__ == "__main__":
    main()
