"""Behaviour: what a code object does, as a digest, and which names outside of itself it uses.

Line table, file name, docstrings and the annotations of inner functions leave no trace. Knows
code objects only: what a name stands for is for others to find out.
"""

from __future__ import annotations

import opcode
import sys
from array import array
from collections.abc import Iterable
from types import CodeType

from cuvee.fingerprint import readers
from cuvee.fingerprint.annotations import without_annotations
from cuvee.fingerprint.constants import constant_bytes
from cuvee.fingerprint.flow import find_flow
from cuvee.fingerprint.instructions import Instruction, decode, guards
from cuvee.fingerprint.references import Reference, find_references
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.value import Value

# What makes a function, of all that a code object's flags say; the rest is about annotations,
# docstrings, nesting and debuggers.
_FLAGS = 0x04 | 0x08 | 0x20 | 0x80 | 0x100 | 0x200
_OPTIMIZED = 0x01

_HAS_NAME = frozenset(opcode.opname[number] for number in opcode.hasname)
_HAS_CONSTANT = frozenset(opcode.opname[number] for number in opcode.hasconst)
# Those whose argument stands for something: a name, a constant, a place to jump to.
_HAS_MEANING = _HAS_NAME | _HAS_CONSTANT | {opcode.opname[number] for number in opcode.hasjrel}

# The number of an instruction, left of its argument. No two releases of a minor version of Python differ in
# their instructions, and of two minor versions no result is shared.
_TESTS = tuple("POP_JUMP_IF_" + kind for kind in ("TRUE", "FALSE", "NONE", "NOT_NONE"))
_NUMBERS = {name: number << 40 for number, name in enumerate(dict.fromkeys((*opcode.opname, *_TESTS)))}

# What a compiler stores in a class body or a module that tells where and how it is written.
_UNSEEN = frozenset({"__doc__", "__firstlineno__", "__static_attributes__"})

# attrs writes into the `__hash__` that it makes a number that is another in each process.
_BY_ATTRS = "<attrs generated"

_SHIFTS = {"LOAD_GLOBAL": 1, "LOAD_SUPER_ATTR": 2, "LOAD_ATTR": int(sys.version_info >= (3, 12))}


class Behaviour(Value, frozen=True):
    """What a code object does. `words` are those names and string constants of it, inner code included, by
    which it may read what otherwise does not count."""

    digest: Digest
    references: tuple[Reference, ...]
    words: frozenset[str]


def find_behaviour(code: CodeType) -> Behaviour:
    """What a code object does, with all the code inside it."""
    inner = {id(const): find_behaviour(const) for const in code.co_consts if isinstance(const, CodeType)}
    instructions = without_annotations(_without_place(decode(code), code), code)
    used = _used_constants(instructions, code)
    references = find_references(
        instructions, code, {id(c): inner[id(c)].references for c in used if id(c) in inner}
    )
    words = set(readers.ALL.intersection(code.co_names))
    words.update(const for const in used if type(const) is str and const in readers.ALL)
    for const in used:
        if id(const) in inner:
            words |= inner[id(const)].words
    digest = digest_parts("behaviour", _canonical(instructions, code, inner))
    return Behaviour(digest, references, frozenset(words))


def _used_constants(instructions: list[Instruction], code: CodeType) -> list[object]:
    return [code.co_consts[ins.arg] for ins in instructions if ins.name in _HAS_CONSTANT]


def _without_place(instructions: list[Instruction], code: CodeType) -> list[Instruction]:
    """Without the docstring and the place of a class or module body."""
    if code.co_flags & _OPTIMIZED:
        return instructions
    names = code.co_names
    dropped: set[int] = set()
    for index in range(1, len(instructions)):
        ins = instructions[index]
        before = instructions[index - 1].name
        if (
            ins.name == "STORE_NAME"
            and names[ins.arg] in _UNSEEN
            and before in ("LOAD_CONST", "LOAD_SMALL_INT")
        ):
            dropped |= {index - 1, index}
    return [ins for index, ins in enumerate(instructions) if index not in dropped]


def _canonical(instructions: list[Instruction], code: CodeType, inner: dict[int, Behaviour]) -> list[bytes]:
    """The pieces that the digest is made of: signature, locals, steps, names, constants."""
    names: dict[str, int] = {}
    constants: dict[int, int] = {}
    stream: list[int] = []
    add = stream.append
    flow = find_flow(instructions, guards(code))
    turned = flow.names
    for index in flow.order:
        ins = instructions[index]
        name, arg = ins.name, ins.arg
        if name in _HAS_MEANING:
            if ins.target >= 0:
                name, arg = turned.get(index, name), 0
            elif name in _HAS_CONSTANT:
                arg = constants.setdefault(arg, len(constants))
            else:
                shift = _SHIFTS.get(name, 0)
                number = names.setdefault(code.co_names[arg >> shift], len(names))
                arg = number << shift | arg & (1 << shift) - 1
        add(_NUMBERS[name] | arg)
    values = [_constant(code, code.co_consts[arg], inner) for arg in constants]
    shape = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags & _FLAGS)
    variables = (*code.co_varnames, "", *code.co_cellvars, "", *code.co_freevars)
    pieces = [code.co_name.encode(), array("q", shape).tobytes(), array("q", stream).tobytes()]
    pieces += (array("q", flow.turns).tobytes(), array("q", flow.guarded).tobytes())
    pieces += (_joined(variables), _joined(names), *values)
    return pieces


def _constant(code: CodeType, value: object, inner: dict[int, Behaviour]) -> bytes:
    if type(value) is int and code.co_name == "__hash__" and code.co_filename.startswith(_BY_ATTRS):
        return b"seed"
    return constant_bytes(value, lambda nested: inner[id(nested)].digest)


def _joined(names: Iterable[str]) -> bytes:
    return "\0".join(names).encode("utf-8", "surrogatepass")
