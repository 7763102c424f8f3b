"""A case: a project in some state, a fault that its run meets, and the judgement of what is left."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hunted import LARGE, SMALL, Ended, Project
from oracle import (
    Truth,
    wrong_with_collecting,
    wrong_with_ending,
    wrong_with_next,
    wrong_with_processes,
    wrong_with_store,
)

# What the calls of a store that is partly there gave differs from what they give now.
_EARLIER = (("bytes([n])", "bytes([n + 1])"), ("return n + 1", "return n + 3"))

_TRIES = 2


@dataclass
class Broken:
    """What became of the runs that met the fault. `hit`: the fault has come at all.

    `killed`: the runs themselves were ended by a signal that no process can answer. `healed`: the
    store may have lost what it held, as the fault was in its bytes; then that is to be told. `met`: how far
    each run was that was killed while it went on.
    """

    what: str
    ended: Sequence[Ended]
    target: str = SMALL
    hit: bool = True
    killed: bool = False
    healed: bool = False
    wrong: Sequence[str] = ()
    met: Sequence[str] = ()

    @property
    def told(self) -> dict[str, list[str]]:
        return {path: digests for ended in self.ended for path, digests in ended.acknowledged.items()}


@dataclass
class Bench:
    """Where cases are made: what the targets give, and stores to begin with."""

    place: Path
    truths: dict[str, Truth] = field(default_factory=dict)
    made: int = 0
    _seconds: dict[tuple[str, str, str, bool], float] = field(default_factory=dict)

    def prepare(self, targets: Sequence[str] = (SMALL, LARGE)) -> Bench:
        for target in targets:
            fresh = Project(self.place / "fresh" / target).make()
            self.truths[target] = Truth.of(fresh.run(target))
        earlier = Project(self.place / "earlier").make()
        for old, new in _EARLIER:
            earlier.edit(old, new)
        assert earlier.run().code == 0
        return self

    def project(self, state: str = "new") -> Project:
        """A project whose store is `new`, was used with code that differs (`partly`), or has all (`done`)."""
        self.made += 1
        project = Project(self.place / f"case-{self.made}", state).make()
        if state == "partly":
            shutil.copytree(self.place / "earlier" / "project" / ".cuvee", project.home)
        if state == "done":
            ended = project.run(SMALL)
            assert ended.code == 0, (ended.code, ended.errors)
        return project

    def seconds(self, project: Project, executor: str, target: str = SMALL) -> float:
        """How long such a run takes here and now, at the least: found by running it, the first time."""
        state = project.state if target == SMALL else "new"  # of the others nothing is there
        way = target, executor, state, project.forks
        if way not in self._seconds:
            self._seconds[way] = min(self._measured(*way) for _ in range(_TRIES))
        return self._seconds[way]

    def _measured(self, target: str, executor: str, state: str, forks: bool) -> float:
        project = self.project(state)
        project.forks = forks
        ended = project.run(target, "--executor", executor)
        assert ended.code == 0, (ended.code, ended.errors)
        project.remove()
        return ended.seconds


Fault = Callable[[Bench, Project, random.Random], Broken]


def judge(bench: Bench, project: Project, broken: Broken, *, collect_first: bool = False) -> list[str]:
    """What is wrong after a fault."""
    wrong = list(broken.wrong)
    for ended in broken.ended:
        wrong += wrong_with_ending(ended, killed=broken.killed)
    wrong += wrong_with_processes(project)
    wrong += wrong_with_store(project)
    if collect_first and (project.home / "records.db").exists():
        wrong += wrong_with_collecting(project)
    told = {} if broken.healed else broken.told
    wrong += wrong_with_next(project, told, bench.truths[broken.target], project.run(broken.target))
    wrong += wrong_with_processes(project)
    wrong += wrong_with_store(project)
    wrong += wrong_with_collecting(project)
    return wrong
