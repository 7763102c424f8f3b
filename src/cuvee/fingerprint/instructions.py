"""Instructions: a code object decoded into what it does, free of how wide it is written.

Prefixes, caches, padding and fused instructions are undone. Knows the byte code of CPython 3.11
to 3.14, and nothing of what names stand for.
"""

from __future__ import annotations

import opcode
from types import CodeType
from typing import NamedTuple

_NAMES: list[str] = opcode.opname
_EXTENDED = opcode.opmap["EXTENDED_ARG"]
_cache_sizes = opcode._inline_cache_entries  # type: ignore[attr-defined]
_CACHES: list[int] = (
    list(_cache_sizes) if isinstance(_cache_sizes, list) else [_cache_sizes.get(name, 0) for name in _NAMES]
)
_JUMPS = frozenset(_NAMES[op] for op in opcode.hasjrel)
_BACKWARD = frozenset(name for name in _JUMPS if "BACKWARD" in name or name == "END_ASYNC_FOR")

_PADDING = frozenset({"NOP", "NOT_TAKEN"})

# Two instructions in one: the local in the high four bits comes first.
_FUSED = {
    "LOAD_FAST_LOAD_FAST": ("LOAD_FAST", "LOAD_FAST"),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("LOAD_FAST_BORROW", "LOAD_FAST_BORROW"),
    "STORE_FAST_LOAD_FAST": ("STORE_FAST", "LOAD_FAST"),
    "STORE_FAST_STORE_FAST": ("STORE_FAST", "STORE_FAST"),
}


class Instruction(NamedTuple):
    """One instruction: its name, its argument, and where it starts. `target` is the offset a jump goes to."""

    name: str
    arg: int
    offset: int
    target: int = -1


class Guard(NamedTuple):
    """The instructions from `start` up to `end` are guarded by the handler at `target`."""

    start: int
    end: int
    target: int
    depth: int


def decode(code: CodeType) -> list[Instruction]:
    """The instructions of a code object, padding left out."""
    raw = code.co_code
    found: list[Instruction] = []
    start, position, prefix, size = 0, 0, 0, len(raw)
    while position < size:
        number, arg = raw[position], raw[position + 1] | prefix
        position += 2
        if number == _EXTENDED:
            prefix = arg << 8
            continue
        prefix = 0
        name = _NAMES[number]
        position += 2 * _CACHES[number]
        if name in _JUMPS:
            target = position - 2 * arg if name in _BACKWARD else position + 2 * arg
            found.append(Instruction(name, arg, start, target))
        elif name in _FUSED:
            first, second = _FUSED[name]
            found.append(Instruction(first, arg >> 4, start))
            found.append(Instruction(second, arg & 15, start))
        elif name not in _PADDING:
            found.append(Instruction(name, arg, start))
        start = position
    return found


def guards(code: CodeType) -> list[Guard]:
    """The exception table of a code object."""
    table = iter(code.co_exceptiontable)
    found: list[Guard] = []
    for first in table:
        start = _varint(first, table) * 2
        length = _varint(next(table), table) * 2
        target = _varint(next(table), table) * 2
        depth = _varint(next(table), table)
        found.append(Guard(start, start + length, target, depth))
    return found


def _varint(byte: int, rest: object) -> int:
    """A number of the table: six bits a byte, the seventh says that more follow."""
    value = byte & 63
    while byte & 64:
        byte = next(rest)  # type: ignore[call-overload]
        value = value << 6 | byte & 63
    return int(value)
