"""The scheduler: events in, instructions out. It knows the graph and what became of its nodes.

No clock, no I/O, no keys: it is told decisions and outcomes and says what to do next. Each
step costs time in proportion to what it touches, never to the whole graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from cuvee.errors import InternalError
from cuvee.model.artifact import Artifact, blobs_of
from cuvee.model.graph import Call, Fan, Node, Ref, needs_of, refs_of
from cuvee.model.value import Value

# So many nodes are gone through to find that one follows from another.
_FAR = 10_000


class Look(Value, frozen=True, tag=True):
    """Everything that the call takes is there: find out whether it has to run."""

    call: Call


class Expand(Value, frozen=True, tag=True):
    """The lists that the fan walks are there: say which calls it becomes."""

    fan: Fan


class Skip(Value, frozen=True, tag=True):
    """The node will not run, because the call at path `because` did not succeed."""

    node: Node
    because: str


Instruction = Look | Expand | Skip
State = Literal["waiting", "known", "done", "failed", "skipped"]


class Scheduler:
    """The state of a graph that runs, and may still grow."""

    def __init__(self) -> None:
        self._nodes: dict[int, Node] = {}
        self._state: dict[int, State] = {}
        self._missing: dict[int, int] = {}
        self._takers: dict[int, list[int]] = {}
        self._artifacts: dict[int, Artifact] = {}
        self._elements: dict[int, tuple[int, ...]] = {}
        self._fan_of: dict[int, int] = {}
        self._expecting: dict[int, list[int]] = {}
        self._failed_path: dict[int, str] = {}
        self._remaking: set[int] = set()
        self.open = 0

    # Events.

    def add(self, nodes: Iterable[Node]) -> list[Instruction]:
        """The graph has grown by these, in the order of tracing."""
        instructions: list[Instruction] = []
        for node in nodes:
            self._enter(node, instructions)
        return instructions

    def succeeded(self, call: int, artifact: Artifact) -> list[Instruction]:
        """A call's result is there, reused or fresh. A second word about one call is ignored."""
        if self._state.get(call) != "known":
            return []
        self._artifacts[call] = artifact
        if call in self._fan_of or call in self._remaking:
            return self._settle(call, "done")
        self._state[call] = "done"
        self.open -= 1
        instructions: list[Instruction] = []
        if call in self._takers:
            for taker in self._takers.pop(call):
                instructions += self._arrived(taker)
        return instructions

    def settle(self, call: Call, artifact: Artifact) -> None:
        """A call has come to its end without having been added; nothing that is added takes its result."""
        self._nodes[call.id] = call
        self._state[call.id] = "done"
        self._artifacts[call.id] = artifact

    def failed(self, call: int) -> list[Instruction]:
        """A call failed or was cancelled: what depends on it is skipped."""
        if self._state.get(call) != "known":
            return []
        self._failed_path[call] = self._nodes[call].path
        return self._settle(call, "failed")

    def expanded(self, fan: int, calls: Iterable[Call]) -> list[Instruction]:
        """A fan became these calls."""
        calls = tuple(calls)
        self._elements[fan] = tuple(call.id for call in calls)
        instructions: list[Instruction] = []
        for call in calls:
            self._fan_of[call.id] = fan
        self._missing[fan] = len(calls)
        for call in calls:
            self._enter(call, instructions)
        for follower in self._expecting.pop(fan, ()):
            instructions += self._arrived(follower)
        if not calls:
            instructions += self._settle(fan, "done")
        return instructions

    def damaged(self, node: int, digests: frozenset[bytes]) -> list[Instruction] | None:
        """An input of the node can't be read: have it made again, then ask for the node once more.

        None when no call of this graph made what is damaged.
        """
        makers = self._makers(needs_of(self._nodes[node]), digests)
        if not makers:
            return None
        self._state[node] = "waiting"
        self._missing[node] = len(makers)
        for maker in makers:
            self._takers.setdefault(maker, []).append(node)
        return self._make_again(makers)

    def remake(self, nodes: Iterable[int], digests: frozenset[bytes]) -> list[Instruction] | None:
        """Have what is damaged among the results of these nodes made again. None as in `damaged`."""
        makers = self._makers(nodes, digests)
        return self._make_again(makers) if makers else None

    # Questions.

    def path(self, node: int) -> str:
        """The path of a node of this graph."""
        return self._nodes[node].path

    def artifact(self, node: int) -> Artifact | None:
        """The result of a call, if it is there."""
        return self._artifacts.get(node)

    def elements(self, fan: int) -> tuple[int, ...] | None:
        """The calls that a fan became, or None as long as that is not known. For a call: None."""
        return self._elements.get(fan)

    def follows(self, node: int, other: int) -> bool:
        """Whether a node takes, at any depth, what another gives. True, too, where that is far to seek."""
        pending, seen = [node], {node}
        while pending:
            each = pending.pop()
            if each == other or len(seen) > _FAR:
                return True
            new = {*needs_of(self._nodes[each]), *self._elements.get(each, ())} - seen
            seen |= new
            pending += new
        return False

    def releases(self, call: int) -> bool:
        """Whether something else may begin as soon as this call has come to its end."""
        fan = self._fan_of.get(call)
        ends = (call, fan) if fan is not None and self._missing.get(fan) == 1 else (call,)
        return any(self._missing.get(taker) == 1 for end in ends for taker in self._takers.get(end, ()))

    def settled(self, nodes: Iterable[int]) -> bool:
        """Whether each of these nodes has come to an end."""
        return all(self._state[node] in ("done", "failed", "skipped") for node in nodes)

    def why_failed(self, node: int) -> str | None:
        """The path of the failed call because of which this node has no result; None if it has one."""
        return self._failed_path.get(node)

    # How.

    def _enter(self, node: Node, instructions: list[Instruction]) -> None:
        if node.id in self._nodes:
            raise InternalError(f"node {node.path} entered the graph twice")
        self._nodes[node.id] = node
        self.open += 1
        needs = self._needs(node) if type(node) is Fan else needs_of(node)
        if not needs and type(node) is Call:  # as nearly all that are added by the thousand
            self._state[node.id] = "known"
            instructions.append(Look(node))
            return
        self._state[node.id] = "waiting"
        missing = 0
        for need in needs:
            state = self._state[need]
            if state == "failed" or state == "skipped":
                instructions += self._settle(node.id, "skipped", self._failed_path[need])
                return
            if state != "done":
                self._takers.setdefault(need, []).append(node.id)
                missing += 1
        if type(node) is Fan:
            missing += self._expect(node)
        if missing:
            self._missing[node.id] = missing
        else:
            instructions.append(self._release(node))

    def _needs(self, node: Fan) -> tuple[int, ...]:
        """What must be done before a fan. One over a fan waits for its calls, not their results."""
        open_fans = self._fans_walked(node)
        return tuple(need for need in needs_of(node) if need not in open_fans)

    def _fans_walked(self, node: Fan) -> set[int]:
        refs = [ref for _, argument in node.over for ref in refs_of(argument) if isinstance(argument, Ref)]
        return {ref.node for ref in refs if isinstance(self._nodes[ref.node], Fan)}

    def _expect(self, node: Fan) -> int:
        waiting = [fan for fan in self._fans_walked(node) if fan not in self._elements]
        for fan in waiting:
            self._expecting.setdefault(fan, []).append(node.id)
        return len(waiting)

    def _release(self, node: Node) -> Instruction:
        self._state[node.id] = "known"
        return Expand(node) if isinstance(node, Fan) else Look(node)

    def _arrived(self, node: int) -> list[Instruction]:
        if self._state[node] != "waiting":
            return []
        self._missing[node] -= 1
        if self._missing[node]:
            return []
        del self._missing[node]
        return [self._release(self._nodes[node])]

    def _settle(self, node: int, state: State, because: str = "") -> list[Instruction]:
        """A node has come to its end; so may others by it, near or far: no recursion here."""
        instructions: list[Instruction] = []
        pending: list[tuple[int, State, str]] = [(node, state, because)]
        while pending:
            node, state, because = pending.pop()
            if state == "skipped":
                if self._state[node] != "waiting":
                    continue
                self._failed_path[node] = because
                instructions.append(Skip(self._nodes[node], because))
            self._state[node] = state
            self.open -= 1
            remade = node in self._remaking
            self._remaking.discard(node)
            takers = self._takers.pop(node, ())
            if state == "done":
                for taker in takers:
                    instructions += self._arrived(taker)
            else:
                because = self._failed_path[node]
                followers = (*takers, *self._expecting.pop(node, ()))
                pending += [(follower, "skipped", because) for follower in reversed(followers)]
            if not remade:
                pending += self._fan_settled(node, state)
        return instructions

    def _fan_settled(self, element: int, state: State) -> list[tuple[int, State, str]]:
        """The fan of this element, if that was the last of its elements to come to an end."""
        fan = self._fan_of.get(element)
        if fan is None:
            return []
        if state != "done":
            self._failed_path.setdefault(fan, self._failed_path[element])
        self._missing[fan] -= 1
        if self._missing[fan]:
            return []
        del self._missing[fan]
        return [(fan, "failed" if fan in self._failed_path else "done", "")]

    def _makers(self, nodes: Iterable[int], digests: frozenset[bytes]) -> list[int]:
        """The calls behind these nodes, elements of fans included, whose results hold these blobs."""
        found: dict[int, None] = {}
        pending = list(nodes)
        while pending:
            node = pending.pop()
            if isinstance(self._nodes[node], Fan):
                pending += self._elements.get(node, ())
            elif _contains(self._artifacts[node], digests):
                found[node] = None
        return list(found)

    def _make_again(self, makers: Iterable[int]) -> list[Instruction]:
        instructions: list[Instruction] = []
        for maker in makers:
            if self._state[maker] == "done":
                self._state[maker] = "known"
                self._remaking.add(maker)
                self.open += 1
                instructions.append(Look(self._calls(maker)))
        return instructions

    def _calls(self, node: int) -> Call:
        call = self._nodes[node]
        assert type(call) is Call
        return call


def _contains(artifact: Artifact, digests: frozenset[bytes]) -> bool:
    return any(blob.digest in digests for blob in blobs_of(artifact))
