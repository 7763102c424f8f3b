"""References: the names outside of itself that a code object uses, with the attributes it takes of them.

`mod.sub.f(x)` is one reference, the global `mod` and the attributes `sub` and `f`; so is
`getattr(mod, "f")`. A name bound by an import in the body counts as that import.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Literal

from msgspec.structs import replace

from cuvee.fingerprint.instructions import Instruction, decode
from cuvee.model.value import Value

_GLOBAL_LOADS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_CELL_LOADS = frozenset({"LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF"})
_LOCAL_LOADS = frozenset({"LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW"})
_ROOTS = _GLOBAL_LOADS | _CELL_LOADS | {"IMPORT_NAME"}
_LOCAL_STORES = frozenset({"STORE_FAST", "STORE_DEREF"})
_OTHER_STORES = frozenset({"STORE_NAME", "STORE_GLOBAL"})
_ATTRIBUTE_OPS = frozenset({"LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "DELETE_ATTR"})
_ATTRIBUTE_SHIFT = int(sys.version_info >= (3, 12))
_CALLS = frozenset({"PRECALL", "CALL"})
_CONSTANTS = frozenset({"LOAD_CONST", "LOAD_SMALL_INT"})
_GETATTR = frozenset({"getattr", "hasattr"})


_IMPORT = opcode.opmap["IMPORT_NAME"]

Root = tuple[Literal["global", "cell", "import"], str, tuple[str, ...]]


class Reference(Value, frozen=True):
    """A use of a name: a global, a closure cell, or a module that the body imports.

    `import` with no attributes is the module itself, used as a value; `loads` says that the
    import is carried out, whatever becomes of it: of a module, or of a name in it that may be
    one. A module's name has its leading dots.
    """

    root: Literal["global", "cell", "import", "loads"]
    name: str
    attributes: tuple[str, ...] = ()
    code: CodeType | None = None
    offset: int = 0

    @property
    def text(self) -> str:
        """As it stands in the source, more or less: `mod.sub.f`."""
        return ".".join((self.name, *self.attributes))

    @property
    def line(self) -> int:
        """The line that it stands in; 0 when it is not known."""
        if self.code is None:
            return 0
        lines = (line for start, end, line in self.code.co_lines() if start <= self.offset < end)
        return next(lines, None) or 0


def find_references(
    instructions: list[Instruction], code: CodeType, inner: Mapping[int, tuple[Reference, ...]]
) -> tuple[Reference, ...]:
    """The references of a code object in order, each once; those of inner code where it is made.

    `inner` has the references of the code objects among the constants, by id.
    """
    reader = _Reader(instructions, code)
    found: dict[tuple[str, str, tuple[str, ...]], Reference] = {}
    for reference in (*reader.read(), *reader.passed_on(inner)):
        found.setdefault((reference.root, reference.name, reference.attributes), reference)
    return tuple(found.values())


def read_references(code: CodeType) -> Iterator[Reference]:
    """The references of a code object as they come, each as often as it does; none of inner code."""
    return _Reader(decode(code), code).read()


class _Reader:
    """One pass over the instructions of one code object."""

    def __init__(self, instructions: list[Instruction], code: CodeType) -> None:
        self.instructions = instructions
        self.code = code
        self.imported = _imported_variables(instructions, code)

    def read(self) -> Iterator[Reference]:
        wanted = _ROOTS | _LOCAL_LOADS if self.imported else _ROOTS
        done = 0
        for index, ins in enumerate(self.instructions):
            if ins.name not in wanted or index < done:
                continue
            if ins.name == "IMPORT_NAME":
                yield from self._import(index)
                continue
            roots = self._roots(ins)
            if not roots:
                continue
            attributes, done = self._attributes(index + 1)
            if roots[0][0] == "global" and roots[0][1] in _GETATTR and not attributes:
                found = self._constant_getattr(done)
                if found is not None:
                    roots, attributes, done = found
            for root, name, first in roots:
                yield Reference(root, name, (*first, *attributes), self.code, ins.offset)

    def _roots(self, ins: Instruction) -> list[Root]:
        """What a load stands for: nothing for a plain local variable."""
        if ins.name in _GLOBAL_LOADS:
            shift = 1 if ins.name == "LOAD_GLOBAL" else 0
            name = self.code.co_names[ins.arg >> shift]
            if ins.name != "LOAD_GLOBAL" and name in self.imported:
                return [("import", module, first) for module, first in self.imported[name]]
            return [("global", name, ())]
        if ins.name in _CELL_LOADS or ins.name in _LOCAL_LOADS:
            name = _variable(self.code, ins.arg)
            if ins.name in _LOCAL_LOADS and name in (*self.code.co_cellvars, *self.code.co_freevars):
                return []  # the cell itself, to be handed to inner code
            if name in self.imported:
                return [("import", module, first) for module, first in self.imported[name]]
            if ins.name in _CELL_LOADS and name in self.code.co_freevars:
                return [("cell", name, ())]
        return []

    def _attributes(self, index: int) -> tuple[tuple[str, ...], int]:
        """The attributes taken one after another from there on, and where they end."""
        taken: list[str] = []
        while index < len(self.instructions) and self.instructions[index].name in _ATTRIBUTE_OPS:
            ins = self.instructions[index]
            shift = _ATTRIBUTE_SHIFT if ins.name == "LOAD_ATTR" else 0
            taken.append(self.code.co_names[ins.arg >> shift])
            index += 1
            if ins.name in ("STORE_ATTR", "DELETE_ATTR"):
                break
        return tuple(taken), index

    def _constant_getattr(self, index: int) -> tuple[list[Root], tuple[str, ...], int] | None:
        """`getattr(x, "name")` and `getattr(x, "name", constant)` as an attribute of x."""
        if index >= len(self.instructions):
            return None
        roots = self._roots(self.instructions[index])
        if not roots:
            return None
        attributes, end = self._attributes(index + 1)
        rest = self.instructions[end : end + 3]
        if len(rest) < 2 or rest[0].name != "LOAD_CONST":
            return None
        name = self.code.co_consts[rest[0].arg]
        direct = rest[1].name in _CALLS
        default = len(rest) == 3 and rest[1].name in _CONSTANTS and rest[2].name in _CALLS
        if type(name) is not str or not (direct or default):
            return None
        return roots, (*attributes, name), end + 1

    def _import(self, index: int) -> Iterator[Reference]:
        module = module_name(self.instructions, index, self.code)
        offset = self.instructions[index].offset
        yield Reference("loads", module, (), self.code, offset)
        for attribute in imported_names(self.instructions, index, self.code):
            yield Reference("loads", module, (attribute,), self.code, offset)
        for name, bound in bindings(self.instructions, index, self.code):
            if name not in self.imported:
                yield Reference("import", bound[0], bound[1], self.code, offset)

    def passed_on(self, inner: Mapping[int, tuple[Reference, ...]]) -> Iterator[Reference]:
        """The references of inner code, less those to this code's own variables."""
        for constant in self.code.co_consts:
            for reference in inner.get(id(constant), ()):
                if reference.root != "cell" or reference.name in self.code.co_freevars:
                    yield reference
                for module, first in (
                    self.imported.get(reference.name, ()) if reference.root == "cell" else ()
                ):
                    yield replace(
                        reference, root="import", name=module, attributes=(*first, *reference.attributes)
                    )


Bound = tuple[str, tuple[str, ...]]


def _imported_variables(instructions: list[Instruction], code: CodeType) -> dict[str, list[Bound]]:
    """The local variables that are bound by imports and by nothing else."""
    if _IMPORT not in code.co_code[::2]:
        return {}
    bound: dict[str, list[Bound]] = {}
    stores: dict[str, int] = {}
    for index, ins in enumerate(instructions):
        if ins.name == "IMPORT_NAME":
            for name, what in bindings(instructions, index, code):
                bound.setdefault(name, []).append(what)
        elif ins.name in _LOCAL_STORES:
            name = _variable(code, ins.arg)
            stores[name] = stores.get(name, 0) + 1
        elif ins.name in _OTHER_STORES:
            stores[code.co_names[ins.arg]] = stores.get(code.co_names[ins.arg], 0) + 1
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    parameters = code.co_varnames[:count]
    return {
        name: origins
        for name, origins in bound.items()
        if len(origins) == stores.get(name) and name not in parameters and not _rebound(code, name)
    }


def _rebound(code: CodeType, name: str) -> bool:
    """Whether code inside binds a variable of this code to something else."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and name in inner.co_freevars:
            if any(ins.name == "STORE_DEREF" and _variable(inner, ins.arg) == name for ins in decode(inner)):
                return True
            if _rebound(inner, name):
                return True
    return False


def bindings(instructions: list[Instruction], index: int, code: CodeType) -> Iterator[tuple[str, Bound]]:
    """The names that an import binds, each with the module and the attributes it stands for."""
    module = module_name(instructions, index, code)
    position = index + 1
    if imported_names(instructions, index, code):
        while position + 1 < len(instructions) and instructions[position].name == "IMPORT_FROM":
            attribute = code.co_names[instructions[position].arg]
            name = _stored(instructions[position + 1], code)
            if name is not None:
                yield name, (module, (attribute,))
            position += 2
        return
    renamed = False
    while position + 1 < len(instructions) and instructions[position].name in (
        "IMPORT_FROM",
        "SWAP",
        "POP_TOP",
    ):
        renamed = True
        position += 1
    name = _stored(instructions[position], code) if position < len(instructions) else None
    if name is not None:
        dots = len(module) - len(module.lstrip("."))
        yield name, (module if renamed or dots else module.partition(".")[0], ())


def imported_names(instructions: list[Instruction], index: int, code: CodeType) -> tuple[str, ...]:
    """The names that `from … import …` takes of a module; () for a plain import."""
    before = instructions[index - 1]
    names = code.co_consts[before.arg] if before.name == "LOAD_CONST" else None
    return tuple(name for name in names if name != "*") if isinstance(names, tuple) else ()


def module_name(instructions: list[Instruction], index: int, code: CodeType) -> str:
    """The module of an import as it is written, its dots in front."""
    level = instructions[index - 2]
    dots = level.arg if level.name == "LOAD_SMALL_INT" else code.co_consts[level.arg]
    return "." * dots + code.co_names[instructions[index].arg]


def _stored(ins: Instruction, code: CodeType) -> str | None:
    if ins.name in _LOCAL_STORES:
        return _variable(code, ins.arg)
    return code.co_names[ins.arg] if ins.name in _OTHER_STORES else None


def _variable(code: CodeType, number: int) -> str:
    """The local variable or cell of that number."""
    return code._varname_from_oparg(number)  # type: ignore[attr-defined,no-any-return]
