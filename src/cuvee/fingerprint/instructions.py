"""Instructions: a code object decoded into what it does, free of how wide it is written.

Prefixes, caches, padding and fused instructions are undone. Knows the byte code of CPython 3.11
to 3.14, and nothing of what names stand for.
"""

from __future__ import annotations

import opcode
from types import CodeType

from msgspec import Struct

from cuvee.model.value import Value

_cache_sizes = opcode._inline_cache_entries  # type: ignore[attr-defined]

# Two instructions in one: the local in the high four bits comes first.
_PAIRS = {
    "LOAD_FAST_LOAD_FAST": ("LOAD_FAST", "LOAD_FAST"),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("LOAD_FAST", "LOAD_FAST"),
    "STORE_FAST_LOAD_FAST": ("STORE_FAST", "LOAD_FAST"),
    "STORE_FAST_STORE_FAST": ("STORE_FAST", "STORE_FAST"),
}

# Whether a reference is counted or borrowed is nothing that code can see.
_SAME = {"LOAD_FAST_BORROW": "LOAD_FAST"}

_PLAIN, _JUMP, _BACK, _FUSED, _PREFIX, _PADDING = range(6)


def _row(number: int, name: str) -> tuple[str, int, int]:
    """An opcode's name, its width in bytes with the caches behind it, and how it is to be read."""
    caches = _cache_sizes[number] if isinstance(_cache_sizes, list) else _cache_sizes.get(name, 0)
    kind = _PLAIN
    if name == "EXTENDED_ARG":
        kind = _PREFIX
    elif name in ("NOP", "NOT_TAKEN"):
        kind = _PADDING
    elif name in _PAIRS:
        kind = _FUSED
    elif number in opcode.hasjrel:
        kind = _BACK if "BACKWARD" in name or name == "END_ASYNC_FOR" else _JUMP
    return _SAME.get(name, name), 2 + 2 * caches, kind


_TABLE = [_row(number, name) for number, name in enumerate(opcode.opname[:256])]


class Instruction(Struct, frozen=True, gc=False):
    """One instruction: its name, its argument, and where it starts. `target` is the offset a jump goes to.

    A hundred thousand of them are made for a large project: structs are made and read in half the time
    that tuples with names take.
    """

    name: str
    arg: int
    offset: int
    target: int = -1


class Guard(Value, frozen=True):
    """The instructions from `start` up to `end` are guarded by the handler at `target`."""

    start: int
    end: int
    target: int
    depth: int


def decode(code: CodeType) -> list[Instruction]:
    """The instructions of a code object, padding left out."""
    raw = code.co_code
    found: list[Instruction] = []
    add = found.append
    start, position, prefix, size = 0, 0, 0, len(raw)
    while position < size:
        name, width, kind = _TABLE[raw[position]]
        arg = raw[position + 1] | prefix
        position += width
        if kind is _PREFIX:
            prefix = arg << 8
            continue
        prefix = 0
        if kind is _PLAIN:
            add(Instruction(name, arg, start))
        elif kind is _JUMP:
            add(Instruction(name, arg, start, position + 2 * arg))
        elif kind is _BACK:
            add(Instruction(name, arg, start, position - 2 * arg))
        elif kind is _FUSED:
            first, second = _PAIRS[name]
            found += (Instruction(first, arg >> 4, start), Instruction(second, arg & 15, start))
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
