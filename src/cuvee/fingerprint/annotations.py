"""Annotations of inner functions, cut out of the code that would evaluate them.

Only where the inner function goes straight into a variable, or to `functools.wraps`: any other
decorator may read them.
"""

from __future__ import annotations

import opcode
import sys
from types import CodeType

from cuvee.fingerprint.instructions import Instruction

_ANNOTATED = 0x04 | 0x10
_CLOSURE = 0x08
_BEFORE = (0x02, 0x01)  # keyword defaults and defaults lie below the annotations
_READERS = frozenset({"__annotations__", "__annotate__", "get_type_hints", "get_annotations", "signature"})
_STORES = ("STORE_FAST", "STORE_DEREF", "STORE_NAME", "STORE_GLOBAL")
_WIDE = int(sys.version_info >= (3, 12))
_NAMED = {"LOAD_GLOBAL": 1, "LOAD_ATTR": _WIDE, "LOAD_METHOD": 0}
_MAKE = opcode.opmap["MAKE_FUNCTION"]
_SEPARATE = "SET_FUNCTION_ATTRIBUTE" in opcode.opmap


def without_annotations(instructions: list[Instruction], code: CodeType) -> list[Instruction]:
    """The instructions less those that annotate inner functions which nothing can read them of."""
    if _MAKE not in code.co_code[::2] or not _READERS.isdisjoint(code.co_names):
        return instructions
    dropped: set[int] = set()
    changed: dict[int, Instruction] = {}
    for index, ins in enumerate(instructions):
        if ins.name == "MAKE_FUNCTION":
            _cut(instructions, code, index, dropped, changed)
    if not dropped:
        return instructions
    return [changed.get(index, ins) for index, ins in enumerate(instructions) if index not in dropped]


def _cut(
    instructions: list[Instruction],
    code: CodeType,
    made: int,
    dropped: set[int],
    changed: dict[int, Instruction],
) -> None:
    """Mark what annotates the function made at that index."""
    settings = _settings(instructions, made)
    flags = sum(instructions[index].arg for index in settings) if _SEPARATE else instructions[made].arg
    if not flags & _ANNOTATED:
        return
    end = made - 1
    if flags & _CLOSURE:
        end = _start_of_value(instructions, end)
    start = _start_of_value(instructions, end)
    if start < 0 or end < 0:
        return
    after = instructions[made + 1 + len(settings) :][:1]
    stored = bool(after) and after[0].name in _STORES
    if not stored and not _is_wrapped(instructions, code, start, flags):
        return
    dropped.update(range(start, end))
    if _SEPARATE:
        dropped.update(index for index in settings if instructions[index].arg & _ANNOTATED)
    else:
        ins = instructions[made]
        changed[made] = Instruction(ins.name, flags & ~_ANNOTATED, ins.offset)


def _is_wrapped(instructions: list[Instruction], code: CodeType, start: int, flags: int) -> bool:
    """Whether the function is handed to `functools.wraps(…)`, which gives it other annotations."""
    for flag in _BEFORE:
        if flags & flag and start >= 0:
            start = _start_of_value(instructions, start)
    decorator = _start_of_value(instructions, start) if start > 0 else -1
    if decorator < 0:
        return False
    taken = [ins for ins in instructions[decorator:start] if ins.name in _NAMED]
    return any(code.co_names[ins.arg >> _NAMED[ins.name]] == "wraps" for ins in taken)


def _settings(instructions: list[Instruction], made: int) -> list[int]:
    """The instructions right after that give the new function its defaults, closure, annotations."""
    found: list[int] = []
    index = made + 1
    while index < len(instructions) and instructions[index].name == "SET_FUNCTION_ATTRIBUTE":
        found.append(index)
        index += 1
    return found


def _start_of_value(instructions: list[Instruction], end: int) -> int:
    """Where the straight run of instructions begins that leaves one value before `end`; -1 if it jumps."""
    need, index = 1, end
    while need and index > 0:
        index -= 1
        ins = instructions[index]
        if ins.target >= 0:
            return -1
        argument = ins.arg if opcode.opmap[ins.name] >= _HAS_ARGUMENT else None
        need -= opcode.stack_effect(opcode.opmap[ins.name], argument)
    return -1 if need else index


_HAS_ARGUMENT: int = opcode.HAVE_ARGUMENT
