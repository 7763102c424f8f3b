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


@dataclass
class Broken:
    """What became of the runs that met the fault. `hit`: the fault has come at all.

    `killed`: the runs themselves were ended by a signal that no process can answer. `healed`: the
    store may have lost what it held, as the fault was in its bytes; then that is to be told.
    """

    what: str
    ended: Sequence[Ended]
    target: str = SMALL
    hit: bool = True
    killed: bool = False
    healed: bool = False
    wrong: Sequence[str] = ()

    @property
    def told(self) -> dict[str, list[str]]:
        return {path: digests for ended in self.ended for path, digests in ended.acknowledged.items()}


@dataclass
class Bench:
    """Where cases are made: what the targets give, and stores to begin with."""

    place: Path
    truths: dict[str, Truth] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    made: int = 0

    def prepare(self, targets: Sequence[str] = (SMALL, LARGE)) -> Bench:
        for target in targets:
            fresh = Project(self.place / "fresh" / target).make()
            ended = fresh.run(target)
            self.truths[target] = Truth.of(ended)
            self.seconds[target] = ended.seconds
        earlier = Project(self.place / "earlier").make()
        for old, new in _EARLIER:
            earlier.edit(old, new)
        assert earlier.run().code == 0
        return self

    def project(self, state: str = "new") -> Project:
        """A project whose store is `new`, was used with code that differs (`partly`), or has all (`done`)."""
        self.made += 1
        project = Project(self.place / f"case-{self.made}").make()
        if state == "partly":
            shutil.copytree(self.place / "earlier" / "project" / ".cuvee", project.home)
        if state == "done":
            ended = project.run(SMALL)
            assert ended.code == 0, (ended.code, ended.errors)
        return project


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
