"""python -m benchmarks [startup|wine|calls|frames …] [--rounds N] [--json FILE]: measure, print one table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks.attribution import attribution
from benchmarks.calls import calls
from benchmarks.diff import diff
from benchmarks.figure import table
from benchmarks.frames import frames
from benchmarks.keys import keys
from benchmarks.million import million
from benchmarks.pool import pool
from benchmarks.profiles import profiles
from benchmarks.snapshot import snapshot
from benchmarks.startup import startup
from benchmarks.wine import wine

_BENCHMARKS = {
    "startup": startup,
    "wine": wine,
    "calls": calls,
    "frames": frames,
    "keys": keys,
    "diff": diff,
    "profiles": profiles,
    "snapshot": snapshot,
    "pool": pool,
    "attribution": attribution,
}

# These take minutes.
_ON_REQUEST = {"million": million}


def main() -> None:
    known = _BENCHMARKS | _ON_REQUEST
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what cuvee costs.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="|".join(known),
        help=f"which ones (default: all but {', '.join(_ON_REQUEST)})",
    )
    parser.add_argument("--rounds", type=int, default=9, help="how often each process is run (default: 9)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - known.keys()
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    figures = []
    for name in chosen.names or _BENCHMARKS:
        print(f"{name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="cuvee-bench-") as folder:
            figures += known[name](Path(folder), chosen.rounds)
    print(
        f"Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores; best of rounds"
    )
    print(table(figures))
    if chosen.json:
        chosen.json.write_text(json.dumps([figure._asdict() for figure in figures], indent=2) + "\n")


main()
