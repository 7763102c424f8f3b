"""The project that is broken: a small pipeline with one of each kind of call, and how it is run.

It is run by the real command, in a process of its own, its events written to a file: what stands there was
acknowledged, whatever became of the process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forking import Forked, fork

MARK = "CUVEE_HUNTED"
"""The environment variable by which the processes of one case are known, where they have left its folder."""

SOURCE = """
import hashlib, time
from pathlib import Path

from cuvee import File, log_metric, pipeline, task

SALT = 3


@task
def numbers(count: int) -> list[int]:
    return [n * SALT for n in range(count)]


@task
def square(n: int) -> int:
    log_metric("n", n)
    print("squaring", n)
    return n * n


@task
def body(n: int) -> bytes:
    return hashlib.sha256(str(n).encode()).digest() * (3000 + n)


@task
def link(data: bytes, n: int) -> bytes:
    return data[n:] + bytes([n])


@task
def slow(n: int) -> int:
    time.sleep(0.06)
    return n + 1


@task(isolated=True)
def alone(n: int) -> int:
    return n + 2


@task
def write(n: int) -> File:
    Path("out.txt").write_text("line\\n" * n)
    return File("out.txt")


@task
def count(file: File) -> int:
    return len(Path(file).read_text())


@task
def config() -> str:
    return Path("config.txt").read_text()


@task(retries=2, retry_delay=0.01)
def flaky(n: int) -> int:
    # What is in /dev does not count as asked, so that the second attempt may differ.
    mark = Path("/dev/shm") / f"{Path.cwd().parent.parent.name}-{Path.cwd().parent.name}-flaky"
    if not mark.exists():
        mark.touch()
        raise OSError("the first time")
    mark.unlink()
    return n


@task
def total(xs: list[int], ys: list[int], *more: int) -> int:
    return sum(xs) + sum(ys) + sum(more)


@pipeline
def main(length: int = 6):
    squares = square.map(numbers(length))
    data = body(1)
    for n in range(3):
        data = link(data, n)
    waits = [slow(n) for n in range(2)]
    return total(squares, waits, alone(1), flaky(5), count(write(4))), data, config()
"""

FRAMES = """
import numpy as np
import pandas as pd

from cuvee import pipeline, task


@task
def draw(rows: int, seed: int) -> pd.DataFrame:
    columns = {name: np.random.default_rng(seed).normal(size=rows) for name in "abcd"}
    return pd.DataFrame(columns)


@task
def add(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(total=frame.sum(axis=1))


@task
def mean(frame: pd.DataFrame) -> float:
    return float(frame.to_numpy().mean())


@pipeline
def main(rows: int = 20_000):
    frames = [add(draw(rows, seed)) for seed in range(2)]
    return frames, [mean(frame) for frame in frames]
"""

STUCK = """
import os, signal, time

from cuvee import pipeline, task


def deaf(forks: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for _ in range(forks):
        os.fork()
    while True:
        time.sleep(1)


@task(timeout=0.5)
def late(n: int) -> int:
    deaf(2)
    return n


@task(isolated=True)
def endless(n: int) -> int:
    print("deaf now", flush=True)
    deaf(2)
    return n


@task(memory_limit="400MB")
def greedy(n: int) -> int:
    held = []
    while True:
        held.append(bytearray(20_000_000))


@task
def fine(n: int) -> int:
    return n


@pipeline
def over():
    return late(1), fine(1)


@pipeline
def without_end():
    return endless(1), fine(1)


@pipeline
def large():
    return greedy(1), fine(1)
"""

SMALL, LARGE = "flow.py", "frames.py"
PROMPT = 300.0
"""Seconds after which something hangs."""
HANGS = -1000


@dataclass
class Ended:
    """A run that is over, or was ended: its exit code, the events that it told, its errors."""

    code: int
    events: list[dict[str, Any]]
    errors: str
    seconds: float = 0.0

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("event") == "call_ended"]

    @property
    def acknowledged(self) -> dict[str, list[str]]:
        """The calls that were told to have succeeded, and the digests of what they gave."""
        return {call["path"]: digests_of(call) for call in self.calls if call["status"] == "succeeded"}

    @property
    def result(self) -> Any:
        return next((event["result"] for event in self.events if event.get("event") == "run_ended"), None)

    @property
    def error(self) -> dict[str, Any] | None:
        return next((event["error"] for event in self.events if isinstance(event.get("error"), dict)
                     and "kind" in event["error"] and "event" not in event), None)  # fmt: skip


def digests_of(call: Mapping[str, Any]) -> list[str]:
    return [output["digest"] for output in call["outputs"]]


@dataclass
class Going:
    """A run that goes on. `process` is its own, or that of what it was started with."""

    process: subprocess.Popen[bytes] | Forked
    out: Path
    err: Path
    began: float = field(default_factory=time.monotonic)

    def wait(self, patience: float = PROMPT) -> Ended:
        """Its end. One that hangs is ended, with HANGS as its code."""
        at = ""
        try:
            code = self.process.wait(patience)
        except (subprocess.TimeoutExpired, TimeoutError):
            at = "".join(map(_state, self.family()))
            self.kill()
            self.process.wait()
            code = HANGS
        return Ended(code, list(_events(self.out)), self.err.read_text(errors="replace") + at, self.seconds)

    def family(self) -> list[int]:
        """The process and all that it has started, and these."""
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        return found

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def reached(self) -> str:
        """How far it has come, by what it has told."""
        told = {event.get("event") for event in _events(self.out)}
        if "run_began" not in told:
            return "before it was on record"
        if "call_ended" not in told:
            return "before its first call had ended"
        return "while it ended" if "run_ended" in told else "among its calls"

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)

    def interrupt(self) -> None:
        """What a terminal does at Ctrl-C: the whole group in front is told."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)


def _state(pid: int) -> str:
    """What a process that hangs is at: whether it waits for the kernel, or for a processor to be free."""
    place = Path("/proc") / str(pid)
    try:
        words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:80]
        ran, waited, _ = (place / "schedstat").read_text().split()
        state = (place / "stat").read_text().rpartition(")")[2].split()[0]
        at = (place / "wchan").read_text()
    except OSError:
        return ""  # it has ended
    seconds = f"ran {int(ran) / 1e9:.1f} s, waited for a processor {int(waited) / 1e9:.1f} s"
    return f"\n    {pid} {words}: {state} at {at}, {seconds}"


def _events(out: Path) -> Iterator[dict[str, Any]]:
    for line in out.read_bytes().split(b"\n")[:-1]:  # what has no end was not told
        yield json.loads(line)


class Project:
    """One copy of the project, in a folder of its own. `state`: what its store is to begin with."""

    def __init__(self, place: Path, state: str = "new") -> None:
        self.place = place
        self.state = state
        self.folder = place / "project"
        self.home = self.folder / ".cuvee"
        self.forks = False
        self._started = 0
        self._mounted = False

    def make(self) -> Project:
        self.folder.mkdir(parents=True)
        (self.folder / SMALL).write_text(SOURCE)
        (self.folder / LARGE).write_text(FRAMES)
        (self.folder / "stuck.py").write_text(STUCK)
        (self.folder / "config.txt").write_text("hello\n")
        return self

    def edit(self, old: str, new: str) -> None:
        file = self.folder / SMALL
        file.write_text(file.read_text().replace(old, new))

    def mount(self, options: str) -> None:
        """Give the store a small file system of its own, or change that of which it has one."""
        self.home.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"remount,{options}" if self._mounted else options]
        subprocess.run([*command, "tmpfs", self.home], check=True)
        self._mounted = True

    def remove(self) -> None:
        """Take all of it away."""
        if self._mounted:
            subprocess.run(["umount", "-l", self.home], check=True)
        shutil.rmtree(self.place)
        (Path("/dev/shm") / f"{self.place.parent.name}-{self.place.name}-flaky").unlink(missing_ok=True)

    def start(
        self, target: str = SMALL, *flags: str, before: Sequence[str] = (), **environment: str
    ) -> Going:
        """Start `cuvee run TARGET --events`; `before` is what starts it."""
        self._started += 1
        out, err = (self.place / f"{name}-{self._started}" for name in ("out", "err"))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CUVEE_")}
        kept |= {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "CUVEE_WORKERS": "2"}
        kept |= {MARK: str(self.place)} | environment
        words = ["run", target, "--events", *flags]
        with out.open("wb") as answer, err.open("wb") as notes:
            if self.forks and not before:
                return Going(fork(words, self.folder, kept, answer.fileno(), notes.fileno()), out, err)
            process = subprocess.Popen(
                [*before, sys.executable, "-m", "cuvee", *words],
                cwd=self.folder,
                env=kept,
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=notes,
                start_new_session=True,
            )
        return Going(process, out, err)

    def run(self, target: str = SMALL, *flags: str, **environment: str) -> Ended:
        return self.start(target, *flags, **environment).wait()

    def processes(self) -> dict[int, str]:
        """All processes of this project that live, by environment or folder, and what they are."""
        mark = f"{MARK}={self.place}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    here = str((entry / "cwd").readlink()).startswith(str(self.place))
                    if here or mark in (entry / "environ").read_bytes().split(b"\0"):
                        words = (entry / "cmdline").read_bytes().split(b"\0")
                        found[int(entry.name)] = b" ".join(words).decode(errors="replace")[:100]
                except OSError:
                    continue  # it has just ended, or is another user's
        return found
