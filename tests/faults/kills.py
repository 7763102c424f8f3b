"""Kills at random instants: of a run's process, its workers, its guard, and of one of two runs."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress

from cases import Bench, Broken
from hunted import LARGE, SMALL, Going, Project

EXECUTORS = ("auto", "pool", "in-process")
_ROUNDS = 3
_TO_THE_END = 1.05
"""Of what a run takes at the least: most kills meet it, and some come while it ends."""


def kill_at_random(bench: Bench, project: Project, chance: random.Random) -> Broken:
    """One to three runs one after another, each broken at some instant."""
    target = LARGE if chance.random() < 0.02 else SMALL
    said, ended, met = [], [], []
    for _ in range(chance.choice((1, 1, 1, 2, _ROUNDS))):
        executor = chance.choice(EXECUTORS)
        durability = "power" if chance.random() < 0.15 else "process"
        at = chance.uniform(0, _TO_THE_END) * bench.seconds(project, executor, target)
        whom = chance.choices(("run", "worker", "all"), (6, 3, 1))[0]
        going = project.start(target, "--executor", executor, "--durability", durability)
        time.sleep(at)
        reached = going.reached
        killed = _kill(project, going, whom, chance)
        ended.append(going.wait())
        if killed:
            met.append(reached)
        said.append(f"{killed or 'nothing'} of {target} {executor} {durability} at {at:.3f} s")
    return Broken("; ".join(said), ended, target, hit=bool(met), killed=True, met=met)


def kill_beside(bench: Bench, project: Project, chance: random.Random) -> Broken:
    """Two runs at once on one store, one of which is killed: the other does all."""
    executors = chance.choice(EXECUTORS), chance.choice(EXECUTORS)
    lasts = [bench.seconds(project, executor) for executor in executors]
    later, at = chance.uniform(0, 0.5) * lasts[0], chance.uniform(0, 1)
    one = project.start(SMALL, "--executor", executors[0])
    time.sleep(later)
    other = project.start(SMALL, "--executor", executors[1])
    first, second, lasts_on = one, other, lasts[0] - later
    if chance.random() < 0.5:
        first, second, lasts_on = other, one, lasts[1]
    at *= lasts_on
    time.sleep(at)
    met = [first.reached] if first.process.poll() is None else []
    first.kill()
    ended = [first.wait(), second.wait()]
    wrong = [] if ended[1].code == 0 else [f"the other run ends with {ended[1].code}: {ended[1].error}"]
    if not wrong and ended[1].result != bench.truths[SMALL].result:
        wrong.append(f"WRONG: the other run gave {ended[1].result}")
    return Broken(f"one of two at {at:.3f} s", ended, hit=bool(met), killed=True, wrong=wrong, met=met)


def _kill(project: Project, going: Going, whom: str, chance: random.Random) -> str:
    """What was killed, if anything was there: the run itself where it has no worker yet."""
    if going.process.poll() is not None:
        return ""
    others = sorted(set(project.processes()) - {going.process.pid}) if whom != "run" else []
    victims = [going.process.pid, *others]
    if whom == "worker" and others:
        victims = [chance.choice(others)]
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    return whom if others else "run"
