"""Flow: the instructions of a code object in the order that control reaches them, not as they lie.

How a compiler lays out branches depends on line breaks in the source. Numbered by a walk from the
entry, with the successors of each instruction written out, two layouts of one program are equal.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from cuvee.fingerprint.instructions import Guard, Instruction

_GOTO = frozenset({"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"})
_ENDS = frozenset({"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "INTERPRETER_EXIT"})
_OPPOSITE = {"FALSE": "TRUE", "NOT_NONE": "NONE"}


class Step(NamedTuple):
    """An instruction, and the numbers of the steps that may follow: by falling through, by its jump,
    by an exception (with the depth that the stack is cut to). -1: none."""

    instruction: Instruction
    name: str
    following: int
    jump: int
    handler: int
    depth: int


def find_flow(instructions: list[Instruction], table: list[Guard]) -> list[Step]:
    """The steps that can be reached, numbered by a walk from the first instruction."""
    edges = _edges(instructions, table)
    number: dict[int, int] = {-1: -1}
    order: list[int] = []
    waiting = [0] if instructions else []
    while waiting:
        index = waiting.pop()
        while index not in number:
            number[index] = len(order)
            order.append(index)
            _, following, jump, handler, _ = edges[index]
            if handler >= 0:
                waiting.append(handler)
            if jump >= 0:
                waiting.append(jump)
            index = following
    return [_step(instructions[index], edges[index], number) for index in order]


Edge = tuple[str, int, int, int, int]


def _step(instruction: Instruction, edge: Edge, number: dict[int, int]) -> Step:
    name, following, jump, handler, depth = edge
    return Step(instruction, name, number[following], number[jump], number[handler], depth)


def _edges(instructions: list[Instruction], table: list[Guard]) -> list[Edge]:
    """For each instruction its name, and the indices of what may follow."""
    offsets = [ins.offset for ins in instructions]
    handlers = _handlers(offsets, table)
    found: list[Edge] = []
    for index, ins in enumerate(instructions):
        name, following, jump = ins.name, -1, -1
        if ins.target >= 0:
            jump = _follow(bisect_left(offsets, ins.target), instructions, offsets)
        if name not in _ENDS and name not in _GOTO and index + 1 < len(instructions):
            following = _follow(index + 1, instructions, offsets)
        if name.startswith("POP_JUMP_"):
            kind = name.partition("_IF_")[2]
            if kind in _OPPOSITE:
                kind, following, jump = _OPPOSITE[kind], jump, following
            name = "POP_JUMP_IF_" + kind
        found.append((name, following, jump, *handlers.get(index, (-1, 0))))
    return found


def _follow(index: int, instructions: list[Instruction], offsets: list[int]) -> int:
    """Where control ends up that comes to `index`: jumps that do nothing else are passed through."""
    for _ in range(len(instructions)):
        if index >= len(instructions):
            return -1
        ins = instructions[index]
        if ins.name not in _GOTO:
            return index
        index = bisect_left(offsets, ins.target)
    return index


def _handlers(offsets: list[int], table: list[Guard]) -> dict[int, tuple[int, int]]:
    """For each guarded instruction the index of its handler, and the depth."""
    found: dict[int, tuple[int, int]] = {}
    for guard in table:
        handler = (bisect_left(offsets, guard.target), guard.depth)
        for index in range(bisect_left(offsets, guard.start), bisect_left(offsets, guard.end)):
            found[index] = handler
    return found
