"""Kills at random instants: of a run's process, its workers, its guard, and of one of two runs."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress

from cases import Bench, Broken
from hunted import LARGE, SMALL, Ended, Going, Project

EXECUTORS = ("auto", "pool", "in-process")
_ROUNDS = 3


def kill_at_random(bench: Bench, project: Project, chance: random.Random) -> Broken:
    """One to three runs one after another, each broken at some instant."""
    target = LARGE if chance.random() < 0.02 else SMALL
    said, ended = [], []
    killed = False
    for _ in range(chance.choice((1, 1, 1, 2, _ROUNDS))):
        executor = chance.choice(EXECUTORS)
        durability = "power" if chance.random() < 0.15 else "process"
        going = project.start(target, "--executor", executor, "--durability", durability)
        at = chance.uniform(0, bench.seconds[target] * 1.1)
        time.sleep(at)
        whom = chance.choices(("run", "worker", "all"), (6, 3, 1))[0]
        killed |= _kill(project, going, whom, chance)
        ended.append(going.wait())
        said.append(f"{whom} of {target} {executor} {durability} at {at:.3f} s")
    return Broken("; ".join(said), ended, target, hit=killed, killed=True)


def kill_beside(bench: Bench, project: Project, chance: random.Random) -> Broken:
    """Two runs at once on one store, one of which is killed: the other does all."""
    one = project.start(SMALL, "--executor", chance.choice(EXECUTORS))
    time.sleep(chance.uniform(0, bench.seconds[SMALL] * 0.5))
    other = project.start(SMALL, "--executor", chance.choice(EXECUTORS))
    at = chance.uniform(0, bench.seconds[SMALL])
    time.sleep(at)
    first, second = (one, other) if chance.random() < 0.5 else (other, one)
    killed = first.process.poll() is None
    first.kill()
    ended = [first.wait(), second.wait()]
    wrong = [] if ended[1].code == 0 else [f"the other run ends with {ended[1].code}: {ended[1].error}"]
    if not wrong and ended[1].result != bench.truths[SMALL].result:
        wrong.append(f"WRONG: the other run gave {ended[1].result}")
    return Broken(f"one of two at {at:.3f} s", ended, hit=killed, killed=True, wrong=wrong)


def _kill(project: Project, going: Going, whom: str, chance: random.Random) -> bool:
    """Whether there was something to kill."""
    if going.process.poll() is not None:
        return False
    others = sorted(set(project.processes()) - {going.process.pid}) if whom != "run" else []
    victims = {"run": [going.process.pid], "worker": chance.sample(others, min(1, len(others)))}.get(
        whom, [going.process.pid, *others]
    )
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    return bool(victims)


def died(ended: Ended) -> bool:
    """Whether a run was ended by a kill."""
    return ended.code == -signal.SIGKILL
