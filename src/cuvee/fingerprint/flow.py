"""Flow: the instructions of a code object in the order that control reaches them, not as they lie.

How a compiler lays out branches depends on line breaks in the source. Numbered by a walk from the
entry, with jumps that do nothing else passed through, two layouts of one program are equal.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from cuvee.fingerprint.instructions import Guard, Instruction
from cuvee.model.value import Value

GOTO = frozenset({"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"})
_ENDS = frozenset({"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "INTERPRETER_EXIT"})
_OPPOSITE = {"FALSE": "TRUE", "NOT_NONE": "NONE"}


class Flow(Value, frozen=True):
    """The instructions that can be reached, by index, in the order of the walk.

    Control passes from each to the next but where `turns` says otherwise: position, position that
    follows, position jumped to (-1: none). `names` are those of instructions that were turned
    round. `guarded` has position, position of the handler, depth of the stack there.
    """

    order: list[int]
    turns: list[int]
    names: dict[int, str]
    guarded: list[int]


def find_flow(instructions: list[Instruction], table: list[Guard]) -> Flow:
    """The walk from the first instruction."""
    return _Walk(instructions, table).flow()


class _Walk:
    def __init__(self, instructions: list[Instruction], table: list[Guard]) -> None:
        self.instructions = instructions
        self.offsets = [ins.offset for ins in instructions]
        self.names: dict[int, str] = {}
        ends = [index for index, ins in enumerate(instructions) if ins.target >= 0 or ins.name in _ENDS]
        self.gotos = {index for index in ends if instructions[index].name in GOTO}
        self.turns = {index: self._turn(index, instructions[index]) for index in ends}
        self.handlers = self._handlers(table)
        self.stops = self._stops(ends, table)

    def flow(self) -> Flow:
        order: list[int] = []
        number: dict[int, int] = {}  # of the first instruction of each block
        # Position, what follows it, what it may jump to: wherever that is not the next.
        turns: list[tuple[int, int, int]] = []
        waiting = [0] if self.instructions else []
        turn_at, handlers, gotos, stops = self.turns.get, self.handlers, self.gotos, self.stops
        while waiting:
            index = waiting.pop()
            position = -1
            while index not in number and index in stops:
                number[index] = len(order)
                stop = stops[index]
                order += range(index, stop)
                position = len(order) - 1
                if index in handlers:
                    waiting.append(handlers[index][0])
                turn = turn_at(stop - 1)
                if turn is None:
                    index = self._through(stop) if stop in gotos else stop
                    continue
                index, jump = turn
                turns.append((position, index, jump))
                position = -1
                if jump >= 0:
                    waiting.append(jump)
            if position >= 0:
                turns.append((position, index, -1))
        numbered = [
            each
            for position, following, jump in turns
            for each in (position, number.get(following, -1), number.get(jump, -1))
        ]
        return Flow(order, numbered, self.names, self._guarded(order, number))

    def _stops(self, ends: list[int], table: list[Guard]) -> dict[int, int]:
        """Where each block begins and ends: instructions that control enters at the first alone and leaves
        behind the last alone, all with one handler."""
        offsets = [self.instructions[index].target for index in ends]
        for guard in table:
            offsets += (guard.start, guard.end, guard.target)
        starts = {bisect_left(self.offsets, offset) for offset in offsets if offset >= 0}
        starts.update(self.gotos, [index + 1 for index in ends], (0, len(self.instructions)))
        ordered = sorted(starts)
        return dict(pairwise(ordered))

    def _turn(self, index: int, ins: Instruction) -> tuple[int, int]:
        """Where control passes from an instruction that ends a run; a test is always for what is true."""
        following = -1 if ins.name in _ENDS or ins.name in GOTO else self._through(index + 1)
        jump = self._through(bisect_left(self.offsets, ins.target)) if ins.target >= 0 else -1
        kind = ins.name.partition("_IF_")[2]
        pops = ins.name.startswith("POP_JUMP_")
        if kind.endswith("_OR_POP"):
            kind = kind.removesuffix("_OR_POP")
            jump, pops = self._tested_again(kind, jump)
        if pops:
            if kind in _OPPOSITE:
                kind, following, jump = _OPPOSITE[kind], jump, following
            self.names[index] = "POP_JUMP_IF_" + kind
        return following, jump

    def _tested_again(self, kind: str, jump: int) -> tuple[int, bool]:
        """Where a value that is kept and tested again at once leads to, and whether it is dropped there."""
        for _ in self.instructions:
            ins = self.instructions[jump]
            test = ins.name.partition("_IF_")[2]
            if test.removesuffix("_OR_POP") not in ("TRUE", "FALSE"):
                break
            if test.removesuffix("_OR_POP") != kind:
                return self._through(jump + 1), True
            jump = self._through(bisect_left(self.offsets, ins.target))
            if not test.endswith("_OR_POP"):
                return jump, True
        return jump, False

    def _through(self, index: int) -> int:
        """Where control ends up that comes to `index`."""
        for _ in self.gotos:
            if index not in self.gotos:
                break
            index = bisect_left(self.offsets, self.instructions[index].target)
        return index

    def _handlers(self, table: list[Guard]) -> dict[int, tuple[int, int]]:
        """For each guarded instruction the index of its handler, and the depth."""
        found: dict[int, tuple[int, int]] = {}
        for guard in table:
            handler = (self._through(bisect_left(self.offsets, guard.target)), guard.depth)
            start, end = bisect_left(self.offsets, guard.start), bisect_left(self.offsets, guard.end)
            found.update(dict.fromkeys(range(start, end), handler))
        return found

    def _guarded(self, order: list[int], number: dict[int, int]) -> list[int]:
        found: list[int] = []
        for position, index in enumerate(order) if self.handlers else ():
            if index in self.handlers:
                handler, depth = self.handlers[index]
                found += (position, number.get(handler, -1), depth)
        return found
