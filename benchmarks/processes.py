"""Whole processes, timed: start-up and end included, the variants taking turns.

Variants that take turns meet the same noise, and the best of several rounds is the one least disturbed.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from benchmarks.peak import wait_for

Name = TypeVar("Name")

# Settings of whoever measures. Without the second, what changed is compiled in the first round only.
_FOREIGN = ("CUVEE_", "PYTHONDONTWRITEBYTECODE")


class Program(NamedTuple):
    """A command to time, in its folder. `prepare` is done before each round and not timed."""

    command: Sequence[str | Path]
    folder: Path
    prepare: Callable[[], object] = lambda: None


def best_seconds(programs: Mapping[Name, Program], rounds: int) -> dict[Name, float]:
    """The best time of each program, in seconds.

    Raises RuntimeError with what it printed when a program fails.
    """
    best = dict.fromkeys(programs, float("inf"))
    for _ in range(rounds):
        for name, program in programs.items():
            program.prepare()
            best[name] = min(best[name], _seconds(program))
    return best


def least_said(program: Program, rounds: int) -> dict[str, float]:
    """The least of each figure that a program prints as JSON, over so many rounds."""
    least: dict[str, float] = {}
    for _ in range(rounds):
        program.prepare()
        for name, value in json.loads(_run(program)).items():
            least[name] = min(value, least.get(name, value))
    return least


class Usage(NamedTuple):
    """What a process took: seconds, those of them on a processor, and bytes of memory at most."""

    seconds: float
    processor: float
    memory: float


def usage(program: Program) -> Usage:
    """Run a program once. Raises RuntimeError when it fails."""
    program.prepare()
    began = time.perf_counter()
    spent = wait_for(subprocess.Popen(program.command, cwd=program.folder, env=_environment()))
    seconds = time.perf_counter() - began
    if spent.code:
        raise RuntimeError(f"{' '.join(map(str, program.command))} ended with {spent.code}")
    return Usage(seconds, spent.processor, spent.memory)


def _seconds(program: Program) -> float:
    began = time.perf_counter()
    _run(program)
    return time.perf_counter() - began


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


def _run(program: Program) -> str:
    """What a program prints."""
    done = subprocess.run(
        program.command, cwd=program.folder, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        command = " ".join(map(str, program.command))
        raise RuntimeError(f"{command} in {program.folder} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
