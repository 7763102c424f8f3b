"""The scheduler against a world that does what worlds do, all of it drawn from one seed."""

from __future__ import annotations

import random

import pytest

from cuvee.engine.scheduler import Expand, Look, Scheduler, Skip
from cuvee.model.artifact import make_artifact
from cuvee.model.graph import STRIDE, Call, Fan, Ref, TaskInfo, needs_of

INFO = TaskInfo("m:t", "t", print, ())


class World:
    """A graph that grows, calls that end in any order, twice, late, or not as they should."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.scheduler = Scheduler()
        self.nodes: dict[int, Call | Fan] = {}
        self.ready: list[Call | Fan] = []
        self.done: dict[int, str] = {}
        self.said: list[tuple[str, int]] = []
        self.fans: dict[int, int] = {}

    def grow(self, size: int) -> None:
        nodes = []
        for _ in range(size):
            number = len(self.nodes)
            known = list(range(number))
            needs = self.draw.sample(known, k=min(number, self.draw.randrange(3)))
            arguments = tuple((f"x{n}", Ref(n * STRIDE)) for n in needs)
            make = Fan if needs and self.draw.random() < 0.2 else Call
            path = f"t{number}"
            node = (
                Fan(number * STRIDE, path, INFO, arguments[:1], arguments[1:])
                if make is Fan
                else Call(number * STRIDE, path, INFO, arguments)
            )
            self.nodes[number] = node
            nodes.append(node)
        self.follow(self.scheduler.add(nodes))

    def follow(self, instructions) -> None:
        for instruction in instructions:
            if isinstance(instruction, Skip):
                self.ends(instruction.node.id, "skipped")
            else:
                node = instruction.call if isinstance(instruction, Look) else instruction.fan
                assert isinstance(instruction, Look | Expand)
                self.check_needs(node)
                self.ready.append(node)

    def check_needs(self, node) -> None:
        """Nothing is asked for before what it takes is there."""
        for need in needs_of(node):
            assert self.scheduler.artifact(need) is not None or self.scheduler.elements(need) is not None

    def ends(self, node: int, how: str) -> None:
        assert node not in self.done, "a node came to its end twice"
        self.done[node] = how

    def step(self) -> None:
        if self.said and self.draw.random() < 0.2:
            self.say(*self.draw.choice(self.said))  # once more, or long after
            return
        node = self.ready.pop(self.draw.randrange(len(self.ready)))
        if isinstance(node, Fan):
            count = self.draw.randrange(4)
            calls = [Call(node.id + n + 1, f"{node.path}[{n}]", INFO, ()) for n in range(count)]
            self.follow(self.scheduler.expanded(node.id, calls))
            return
        how = "failed" if self.draw.random() < 0.15 else "succeeded"
        self.ends(node.id, how)
        self.said.append((how, node.id))
        self.say(how, node.id)

    def say(self, how: str, node: int) -> None:
        if how == "failed":
            self.follow(self.scheduler.failed(node))
        else:
            self.follow(self.scheduler.succeeded(node, make_artifact("plain", "int", str(node).encode())))


@pytest.mark.parametrize("seed", range(60))
def test_every_node_comes_to_one_end_whatever_happens(seed):
    world = World(seed)
    world.grow(world.draw.randrange(1, 30))
    while world.ready:
        if world.draw.random() < 0.05:
            world.grow(world.draw.randrange(1, 5))
        world.step()
    assert world.scheduler.open == 0
    calls = [node.id for node in world.nodes.values() if isinstance(node, Call)]
    assert all(node in world.done for node in calls)
    assert world.scheduler.settled(node.id for node in world.nodes.values())
    for node in calls:
        failed = world.scheduler.why_failed(node)
        assert (failed is None) == (world.done[node] == "succeeded")


def test_many_calls_take_time_in_proportion():
    """Steps are counted, not timed: each edge is touched a bounded number of times."""
    scheduler = Scheduler()
    count = 50_000
    nodes = [Call(0, "t0", INFO, ())]
    nodes += [Call(n * STRIDE, f"t{n}", INFO, (("x", Ref(0)),)) for n in range(1, count)]
    (first,) = scheduler.add(nodes)
    artifact = make_artifact("plain", "int", b"i")
    looks = scheduler.succeeded(first.call.id, artifact)
    assert len(looks) == count - 1
    for look in looks:
        assert scheduler.succeeded(look.call.id, artifact) == []
    assert scheduler.open == 0
