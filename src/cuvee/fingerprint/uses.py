"""Uses: every place in a code object where a name is used, and how many arguments it is called with there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import CodeType
from typing import Any

from cuvee.fingerprint.instructions import Instruction, decode
from cuvee.fingerprint.references import Reference, read_references

_BEFORE_CALL = frozenset({"PRECALL", "PUSH_NULL", "CACHE"})
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_SIMPLE = frozenset(
    {"LOAD_CONST", "LOAD_SMALL_INT", "LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_DEREF", "LOAD_GLOBAL"}
)


def uses_of(code: CodeType, reference: Reference) -> Iterator[Reference]:
    """Every use of what a reference names, in a code object and the code inside it."""
    for found in read_references(code):
        if _named_by(found) == _named_by(reference):
            yield found
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from uses_of(inner, reference)


def _named_by(reference: Reference) -> tuple[str, str, tuple[str, ...]]:
    return reference.root, reference.name, reference.attributes


def argument_count(use: Reference) -> int | None:
    """With how many arguments a use is called: 0 (or None given), 1, or None for more, or no call at all."""
    assert use.code is not None
    rest = iter([ins for ins in decode(use.code) if ins.offset > use.offset and ins.name not in _BEFORE_CALL])
    ins = next(rest, None)
    while ins is not None and ins.name in _ATTRIBUTES:
        ins = next(rest, None)
    if ins is None or ins.name == "CALL":
        return 0 if ins is not None and ins.arg == 0 else None
    if ins.name not in _SIMPLE:
        return None
    nothing = _is_none(ins, use.code)
    ins = next(rest, None)
    while ins is not None and ins.name in (*_ATTRIBUTES, "KW_NAMES"):
        ins = next(rest, None)
    if ins is None or ins.name != "CALL" or ins.arg != 1:
        return None
    return 0 if nothing else 1


def is_given(use: Reference, words: Collection[str]) -> bool:
    """Whether a use is called with one of these texts, which stands there as such, before all other arguments
    that do not; alone or in a list."""
    assert use.code is not None
    given: list[Any] = []
    for ins in decode(use.code):
        if ins.offset <= use.offset or ins.name in (*_BEFORE_CALL, *_ATTRIBUTES, "BUILD_LIST"):
            continue
        if ins.name not in ("LOAD_CONST", "LOAD_SMALL_INT"):
            break
        if ins.name == "LOAD_CONST":
            constant = use.code.co_consts[ins.arg]
            given += constant if isinstance(constant, tuple) else [constant]
    return any(each in words for each in given if isinstance(each, str))


def _is_none(ins: Instruction, code: CodeType) -> bool:
    return ins.name == "LOAD_CONST" and code.co_consts[ins.arg] is None
