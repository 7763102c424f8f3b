"""One tool on all of the work: whole processes, the best of some rounds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers.environments import python_of
from benchmarks.peers.tools import Tool

_PROGRAMS = Path(__file__).parent / "programs"
_CORES = 2
_BURNS, _BURN_SECONDS = 40, 0.25
_LONGEST = 900.0  # seconds that one process may take


class Measured(NamedTuple):
    """What a tool takes for one piece of work, in seconds; None where it cannot do it. `why` it failed."""

    seconds: float | None
    why: str = ""


class Bench:
    """A tool in a folder of its own."""

    def __init__(self, tool: Tool, folder: Path, rounds: int) -> None:
        self._tool = tool
        self._rounds = rounds
        self._python = python_of(tool)
        self._folder = folder / tool.name
        shutil.copytree(_PROGRAMS, self._folder)
        self._environment = _environment(self._folder, self._python)

    def startup(self) -> Mapping[str, Measured]:
        """Importing it and asking its command for help, over a bare Python."""
        bare = self._best([self._python, "-c", "pass"])
        found = {"import": self._over(bare, [self._python, "-c", f"import {self._tool.module}"])}
        if self._tool.help:
            name, *words = self._tool.help
            found["--help"] = self._over(bare, [self._python.with_name(name), *words])
        return found

    def calls(self) -> Mapping[str, Measured]:
        """One more call of a task that does next to nothing, of those that do not depend on each other."""
        few, many = self._tool.calls
        cold, again = zip(*(self._both("calls", count) for count in (few, many)), strict=True)
        return {"call": _marginal(cold, many - few), "call again": _marginal(again, many - few)}

    def wine(self) -> Mapping[str, Measured]:
        """Five steps on a small table, a forest of 50 trees among them."""
        cold, again = self._both("wine")
        return {"wine": cold, "wine again": again}

    def frame(self) -> Mapping[str, Measured]:
        """Three steps on five million rows and ten columns, 400 MB."""
        cold, again = self._both("frame")
        return {"frame": cold, "frame again": again}

    def burn(self) -> Mapping[str, Measured]:
        """Forty calls of a quarter of a second on two cores, as what it takes ÷ what it has to take."""
        loops, seconds = self._calibrated()
        cold = self._measured("burn", loops, forget=True)
        if cold.seconds is None:
            return {"40 × ¼ s": cold}
        return {"40 × ¼ s": Measured(cold.seconds / (_BURNS * seconds / _CORES))}

    # How.

    def _both(self, work: str, size: int = 0) -> tuple[Measured, Measured]:
        """Into an empty store, and again from what that left."""
        cold = self._measured(work, size, forget=True)
        if cold.why or not self._tool.remembers:
            return cold, Measured(None)
        return cold, self._measured(work, size, forget=False)

    def _measured(self, work: str, size: int, *, forget: bool) -> Measured:
        command = self._command(work, size)
        best: float | None = None
        for _ in range(self._rounds):
            if forget:
                self._forget()
            try:
                seconds = self._seconds(command)
            except RuntimeError as error:
                return Measured(None, str(error))
            best = seconds if best is None else min(best, seconds)
        return Measured(best)

    def _command(self, work: str, size: int) -> Sequence[str | Path]:
        script = f"with_{self._tool.name}.py"
        if self._tool.requirements:
            return [self._python, script, work, str(size)]
        sized = ["--n", str(size)] if size else []
        return [self._python.with_name("cuvee"), "run", f"{script}:{work}", *sized]

    def _calibrated(self) -> tuple[int, float]:
        """How many loops are a quarter of a second, and how long these take."""
        said = self._run([self._python, "work.py", str(_BURN_SECONDS)])
        loops, seconds = said.split()
        return int(loops), float(seconds)

    def _over(self, bare: float, command: Sequence[str | Path]) -> Measured:
        try:
            return Measured(self._best(command) - bare)
        except RuntimeError as error:
            return Measured(None, str(error))

    def _best(self, command: Sequence[str | Path]) -> float:
        return min(self._seconds(command) for _ in range(self._rounds + 1))

    def _seconds(self, command: Sequence[str | Path]) -> float:
        began = time.perf_counter()
        self._run(command)
        return time.perf_counter() - began

    def _run(self, command: Sequence[str | Path]) -> str:
        try:
            done = subprocess.run(
                command,
                cwd=self._folder,
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=_LONGEST,
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"it took longer than {_LONGEST:.0f} s") from None
        if done.returncode:
            raise RuntimeError((done.stderr or done.stdout).strip()[-2_000:])
        return done.stdout

    def _forget(self) -> None:
        for store in (".cuvee", "state"):
            shutil.rmtree(self._folder / store, ignore_errors=True)
        (self._folder / "state").mkdir()


def _marginal(measured: Sequence[Measured], calls: int) -> Measured:
    few, many = measured
    if few.seconds is None or many.seconds is None:
        return few if few.seconds is None else many
    return Measured((many.seconds - few.seconds) / calls)


def _environment(folder: Path, python: Path) -> dict[str, str]:
    """No settings of whoever measures; what a tool keeps for itself is not what it is measured by."""
    own = ("CUVEE_", "PYTHONDONTWRITEBYTECODE", "PREFECT_", "DAGSTER_", "RAY_", "DASK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    return {
        **kept,
        "PATH": f"{python.parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "CUVEE_WORKERS": str(_CORES),
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(home),
        "PREFECT_LOCAL_STORAGE_PATH": str(folder / "state" / "prefect"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "DAGSTER_HOME": str(home),
        "RAY_USAGE_STATS_ENABLED": "0",
        "HAMILTON_TELEMETRY_ENABLED": "false",
    }
