"""Ctrl-C, a stopped process that goes on later, and tasks that will not end."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from cases import Bench, Broken, Fault
from hunted import SMALL, Ended, Project
from kills import EXECUTORS


def interrupt(times: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """Ctrl-C at some instant, once or several times."""
    executor = chance.choice(EXECUTORS)
    at = chance.uniform(0, 1.1) * bench.seconds(project, executor)
    going = project.start(SMALL, "--executor", executor)
    time.sleep(at)
    for turn in range(times):
        going.interrupt()
        if turn < times - 1:
            time.sleep(chance.choice((0.0, 0.002, 0.02)))
    ended = going.wait()
    wrong = [] if ended.code in (0, 130, -signal.SIGINT) else [f"exit code {ended.code} after Ctrl-C"]
    what = f"Ctrl-C {times} times, {executor} at {at:.3f} s: {ended.code}"
    return Broken(what, [ended], hit=ended.code == 130, killed=True, wrong=wrong)


def stop_and_go_on(bench: Bench, project: Project, chance: random.Random) -> Broken:
    """A run, or all its processes, is stopped; another is begun and collects; then the first goes on."""
    executor = chance.choice(EXECUTORS)
    lasts = bench.seconds(project, executor)
    at = chance.uniform(0, 1) * lasts
    going = project.start(SMALL, "--executor", executor)
    time.sleep(at)
    pids = list(project.processes()) if chance.random() < 0.5 else [going.process.pid]
    _signal(pids, signal.SIGSTOP)
    other = project.start(SMALL, "--executor", chance.choice(EXECUTORS))
    time.sleep(chance.uniform(0, 2) * lasts)
    _signal(pids, signal.SIGCONT)
    ended = [going.wait(), other.wait()]
    wrong = [f"a run ends with {run.code}: {run.error}" for run in ended if run.code]
    truth = bench.truths[SMALL].result
    wrong += [f"WRONG: {run.result}" for run in ended if not run.code and run.result != truth]
    return Broken(f"stopped {executor} at {at:.3f} s", ended, wrong=wrong)


def stuck(pipeline: str, kind: str, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """A task that ignores TERM, forks, and takes too long or too much: it fails, the other does not."""
    ended = project.run(f"stuck.py:{pipeline}")
    how = {call["path"]: (call["status"], (call["error"] or {}).get("type")) for call in ended.calls}
    right = sorted(how.values()) == [("failed", kind), ("succeeded", None)]
    wrong = [] if right else [f"calls came to {how}"]
    return Broken(pipeline, [_without_calls(ended)], wrong=wrong)


def interrupt_stuck(times: int, bench: Bench, project: Project, chance: random.Random) -> Broken:
    """Ctrl-C while a task goes on that ignores it, and has forked."""
    going = project.start("stuck.py:without_end")
    deadline = time.monotonic() + 30
    while b"deaf now" not in going.err.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.01)
    for _ in range(times):
        going.interrupt()
        time.sleep(0.1)
    ended = going.wait(15)
    wrong = [] if ended.code == 130 else [f"exit code {ended.code} after Ctrl-C"]
    return Broken(f"Ctrl-C {times} times", [_without_calls(ended)], wrong=wrong)


def _without_calls(ended: Ended) -> Ended:
    """What it told of is not of the pipeline that runs next."""
    return Ended(ended.code, [event for event in ended.events if "event" not in event], ended.errors)


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def signal_cases(chance: random.Random) -> Iterator[tuple[str, str, Fault]]:
    """Interrupts and stops without end."""
    while True:
        state = chance.choice(("new", "partly"))
        yield "Ctrl-C", state, partial(interrupt, chance.choice((1, 1, 2, 3)))
        yield "stopped, and goes on", state, stop_and_go_on


def stuck_cases() -> Iterator[tuple[str, str, Fault]]:
    """Tasks that will not end."""
    yield "too long, and deaf", "new", partial(stuck, "over", "TimeoutError")
    yield "too much memory", "new", partial(stuck, "large", "MemoryError")
    for times in (1, 2):
        yield "Ctrl-C, and deaf", "new", partial(interrupt_stuck, times)
