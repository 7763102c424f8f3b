"""Frames through a pipeline that keeps them, beside a plain script that keeps nothing: time, disk, memory.

Beside them, too, a script that only digests and writes each column, and is told which is new (`bare`); and
whichever of luigi and Hamilton is installed (`pip install luigi apache-hamilton`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from benchmarks.figure import Figure, amount
from benchmarks.peak import wait_for

_PROGRAMS = Path(__file__).parent / "programs"
_PEERS = tuple(peer for peer in ("joblib", "luigi", "hamilton") if find_spec(peer))
_TOOLS = ("plain", "bare", "cuvee", *_PEERS)

# Eleven columns of 5,000,000 float64.
_COLUMNS_BYTES = 11 * 8 * 5_000_000

_SMALL_VALUES = 100_000


def frames(folder: Path, rounds: int) -> list[Figure]:
    """A third of `rounds` processes of each kind, in a folder that is empty."""
    rounds = max(1, rounds // 3)
    cold: dict[str, Any] = {}
    warm: dict[str, Any] = {}
    for number in range(rounds):
        # Another one begins each round: whoever does may have to wait for what came before.
        for tool in _turned(_TOOLS, number):
            place = _fresh(folder / tool)
            _keep_best(cold, tool, _said(f"frames_{tool}.py", place))
            _keep_best(warm, tool, _said(f"frames_{tool}.py", place, "again"))
    if len({said["sum"] for said in (*cold.values(), *warm.values())}) != 1:
        raise RuntimeError(f"the tools do not agree: {cold}, {warm}")
    wide = _said("frames_wide.py", _fresh(folder / "wide"))
    small = _said("small_values.py", _fresh(folder / "small"), str(_SMALL_VALUES))
    return [*_long(cold, warm, folder), *_wide(wide), *_small(small)]


def _turned(tools: tuple[str, ...], by: int) -> Iterator[str]:
    by %= len(tools)
    yield from (*tools[by:], *tools[:by])


def _long(cold: dict[str, Any], warm: dict[str, Any], folder: Path) -> list[Figure]:
    plain, ours = cold["plain"], cold["cuvee"]
    disk = {tool: _bytes_in(folder / tool) / _COLUMNS_BYTES for tool in ("cuvee", *_PEERS)}
    times = {tool: amount(cold[tool]["seconds"], "s") for tool in ("plain", "bare", *_PEERS)}
    again = {tool: amount(warm[tool]["seconds"], "s") for tool in _PEERS}
    memory = {tool: f"{cold[tool]['peak'] / plain['peak']:.2f} ×" for tool in _PEERS}
    memory = {"plain": f"{plain['peak'] / 1e6:.0f} MB", **memory}
    disks = {tool: f"{disk[tool]:.2f} ×" for tool in _PEERS}
    first = {tool: amount(cold[tool]["first"], "s") for tool in ("plain", *_PEERS)}
    return [
        Figure(
            "5 million × 10, all kept ÷ plain", ours["seconds"] / plain["seconds"], "×", 1.3, _list(times)
        ),
        Figure("… the first time in a process", ours["first"] / plain["first"], "×", None, _list(first)),
        Figure("… again, in a new process", warm["cuvee"]["seconds"], "s", 0.3, _list(again)),
        Figure("… disk ÷ its eleven columns", disk["cuvee"], "×", 1.1, _list(disks)),
        Figure("… peak of memory ÷ plain", ours["peak"] / plain["peak"], "×", 1.3, _list(memory)),
    ]


def _list(said: dict[str, str]) -> str:
    return ", ".join(f"{tool} {what}" for tool, what in said.items())


def _wide(wide: dict[str, Any]) -> list[Figure]:
    ratio = wide["stored"] / wide["arrow"]
    beside = f"Arrow {amount(wide['arrow'], 's')}, in {wide['files']} files, "
    beside += f"its reading {amount(wide['read'], 's')}"
    return [Figure("10,000 columns ÷ one Arrow file", ratio, "×", 3.0, beside)]


def _small(small: dict[str, Any]) -> list[Figure]:
    """A file each is what is not to be: not even for one in a thousand."""
    beside = f"{small['files']} in all, {amount(small['seconds'] / _SMALL_VALUES, 'µs')} a value"
    return [
        Figure("100,000 small values: files ÷ values", small["files"] / _SMALL_VALUES, "×", 0.001, beside)
    ]


def _fresh(place: Path) -> Path:
    """A folder with the programs in it, and nothing that was kept before."""
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(_PROGRAMS, place, ignore=shutil.ignore_patterns("__pycache__", "calls_*")))


def _said(program: str, place: Path, *words: str) -> Any:
    command = [sys.executable, str(place / program), *words]
    with TemporaryFile("w+") as answer, TemporaryFile("w+") as errors:
        spent = wait_for(subprocess.Popen(command, cwd=place, stdout=answer, stderr=errors, text=True))
        answer.seek(0)
        errors.seek(0)
        if spent.code:
            raise RuntimeError(f"{program} in {place} ended with {spent.code}:\n{errors.read()}")
        return {**json.loads(answer.read().splitlines()[-1]), "peak": spent.memory}


def _keep_best(best: dict[str, Any], tool: str, said: dict[str, float]) -> None:
    """The best times and the lowest peak of all rounds."""
    known = best.setdefault(tool, said)
    best[tool] = {**said, **{name: min(known[name], said[name]) for name in ("seconds", "first", "peak")}}


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
