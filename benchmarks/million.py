"""A million calls in one run, cold and again; and what a look-up costs in a store that has them on record."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.figure import Figure, amount
from benchmarks.processes import Program, best_seconds, usage

_PROGRAMS = Path(__file__).parent / "programs"
_MILLION = 1_000_000
_FEW, _MANY = 1_000, 11_000
_GIGABYTE = 1e9


def million(folder: Path, rounds: int) -> list[Figure]:
    """The million once, the look-ups in a third of `rounds` processes; in a folder that is empty. Takes
    minutes, and a gigabyte and a half of disk."""
    full, empty = (_place(folder / name) for name in ("full", "empty"))
    cold, again = (usage(_calls(full, _MILLION)) for _ in range(2))
    programs = {
        (place.name, count): _calls(place, count) for place in (full, empty) for count in (_FEW, _MANY)
    }
    best = best_seconds(programs, 1 + max(1, rounds // 3))  # in the empty store the first round fills it
    one = {name: (best[name, _MANY] - best[name, _FEW]) / (_MANY - _FEW) for name in ("full", "empty")}
    return [
        Figure("a million calls, cold", cold.seconds, "s", 60.0, f"processor {amount(cold.processor, 's')}"),
        Figure("… memory at most", cold.memory / _GIGABYTE, "GB", 2.0),
        Figure("… again", again.seconds, "s", 25.0, f"processor {amount(again.processor, 's')}"),
        Figure("… memory at most", again.memory / _GIGABYTE, "GB", 2.0),
        Figure(
            "a look-up beside a million ÷ beside a few",
            one["full"] / one["empty"],
            "×",
            1.2,
            f"{amount(one['full'], 'µs')} and {amount(one['empty'], 'µs')} a reused call",
        ),
    ]


def _place(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(_PROGRAMS / "calls_cuvee.py", folder)
    return folder


def _calls(place: Path, count: int) -> Program:
    return Program([sys.executable, place / "calls_cuvee.py", "loop", str(count)], place)
