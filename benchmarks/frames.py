"""Frames through a pipeline that keeps them, beside a plain script that keeps nothing: time, disk, memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, amount

_PROGRAMS = Path(__file__).parent / "programs"
_TOOLS = ("plain", "cuvee", "joblib")

# Eleven columns of 5,000,000 float64.
_COLUMNS_BYTES = 11 * 8 * 5_000_000


def frames(folder: Path, rounds: int) -> list[Figure]:
    """A third of `rounds` processes of each kind, in a folder that is empty."""
    rounds = max(1, rounds // 3)
    cold: dict[str, Any] = {}
    warm: dict[str, Any] = {}
    for _ in range(rounds):
        for tool in _TOOLS:
            place = _fresh(folder / tool)
            _keep_best(cold, tool, _said(f"frames_{tool}.py", place))
            _keep_best(warm, tool, _said(f"frames_{tool}.py", place))
    if len({said["sum"] for said in (*cold.values(), *warm.values())}) != 1:
        raise RuntimeError(f"the tools do not agree: {cold}, {warm}")
    wide = _said("frames_wide.py", _fresh(folder / "wide"))
    return [*_long(cold, warm, folder), *_wide(wide)]


def _long(cold: dict[str, Any], warm: dict[str, Any], folder: Path) -> list[Figure]:
    plain, ours, peer = (cold[tool] for tool in _TOOLS)
    times = f"plain {amount(plain['seconds'], 's')}, joblib {amount(peer['seconds'], 's')}"
    memory = f"plain {plain['peak'] / 1e6:.0f} MB, joblib {peer['peak'] / plain['peak']:.2f} ×"
    disk = _bytes_in(folder / "cuvee") / _COLUMNS_BYTES
    return [
        Figure("5 million × 10, all kept ÷ plain", ours["seconds"] / plain["seconds"], "×", 1.3, times),
        Figure("… again, in a new process", warm["cuvee"]["seconds"], "s", 0.3, _again(warm)),
        Figure("… disk ÷ its eleven columns", disk, "×", 1.1, _disk_of_peer(folder)),
        Figure("… peak of memory ÷ plain", ours["peak"] / plain["peak"], "×", 1.3, memory),
    ]


def _wide(wide: dict[str, Any]) -> list[Figure]:
    arrow = f"Arrow {amount(wide['arrow'], 's')}, in {wide['files']} files"
    read = f"its reading {amount(wide['read'], 's')}"
    return [
        Figure(
            "10,000 columns ÷ one Arrow file", wide["stored"] / wide["arrow"], "×", 3.0, f"{arrow}, {read}"
        )
    ]


def _again(warm: dict[str, Any]) -> str:
    return f"joblib {amount(warm['joblib']['seconds'], 's')}"


def _disk_of_peer(folder: Path) -> str:
    return f"joblib {_bytes_in(folder / 'joblib') / _COLUMNS_BYTES:.2f} ×"


def _fresh(place: Path) -> Path:
    """A folder with the programs in it, and nothing that was kept before."""
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(_PROGRAMS, place, ignore=shutil.ignore_patterns("__pycache__", "calls_*")))


def _said(program: str, place: Path) -> Any:
    done = subprocess.run(
        [sys.executable, place / program], cwd=place, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{program} in {place} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _keep_best(best: dict[str, Any], tool: str, said: dict[str, float]) -> None:
    """The best time and the lowest peak of all rounds."""
    known = best.setdefault(tool, said)
    best[tool] = {**said, **{name: min(known[name], said[name]) for name in ("seconds", "peak")}}


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
