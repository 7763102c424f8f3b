"""Excerpts: what a person sees of a node: its source as it was loaded, and its value if that is short.

They serve to show, to explain and to compare; no fingerprint is made of them. Text that may not be
what was loaded is left out, and so is what looks like a password.
"""

from __future__ import annotations

import ast
import enum
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import PurePath
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from cuvee.codecs.text import text_of
from cuvee.fingerprint.blocks import all_code, lines_of_class, lines_of_code, lines_of_statement
from cuvee.fingerprint.node import Node, Slot
from cuvee.fingerprint.source import Source
from cuvee.model.key import BETWEEN_STATEMENTS
from cuvee.model.secret import Secret
from cuvee.model.value import Value

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

_OPTIMIZED = 0x01
_LONGEST_HEAD = 60
_PLAIN = (bool, int, float, complex, str, bytes, type(None), enum.Enum, PurePath)
_HIDDEN = r"\w*(?:passw(?:or)?d|secret|(?<![a-z])token|api_?key|private_?key|secret_?key|credentials?)(?!\w)"
_HIDDEN_TEXT = rf"""({_HIDDEN}["']?\s*(?::\s*[\w.\[\]| ]+)?[:=]\s*[bru]*)(["'])(?:(?!\2).)+\2"""
# One of these is in each of them: to look for a word takes a thousandth of what it takes to try a pattern.
_HIDDEN_WORDS = ("passw", "secret", "token", "key", "credent")


class Excerpt(Value, frozen=True):
    """`source` is "" where there is none to be had, `value` where there is no short one."""

    source: str = ""
    value: str = ""


def excerpt_of(explorer: Explorer, node: Node) -> Excerpt:
    """What a person sees of a node that has been explored."""
    read = _READERS.get(node.kind)
    if read is None:
        return Excerpt()
    found = read(explorer, node)
    return Excerpt(_hidden(found.source), _hidden(found.value))


def _hidden(text: str) -> str:
    """A text with what looks like a password in it as `***`."""
    if not _may_hide(text):
        return text
    return re.sub(_HIDDEN_TEXT, r"\1\2***\2", text, flags=re.IGNORECASE)


def _is_hidden(name: str) -> bool:
    """Whether a name says that it stands for a password."""
    return _may_hide(name) and re.fullmatch(_HIDDEN, name, re.IGNORECASE) is not None


def _may_hide(text: str) -> bool:
    # Folded, and not lowered: as the patterns do, to which ſ is an s.
    folded = text.casefold()
    return any(word in folded for word in _HIDDEN_WORDS)


def _function(explorer: Explorer, node: Node) -> Excerpt:
    function: FunctionType = node.subject
    code = function.__code__
    source = explorer.source_of(function.__globals__)
    if source is not None and source.file == code.co_filename:
        return Excerpt(_joined(lines_of_code(source.lines, code)) if _is_of(source, code) else "")
    cell = _cell(code.co_filename)
    return Excerpt(_joined(lines_of_code(cell, code)) if cell else "")


def _class(explorer: Explorer, node: Node) -> Excerpt:
    cls: type = node.subject
    module = sys.modules.get(cls.__module__)
    source = explorer.source_of(vars(module)) if module is not None else None
    if source is None or not source.trusted:
        return Excerpt()
    bodies = [
        code
        for code in all_code(source.code)
        if code.co_qualname == cls.__qualname__ and not code.co_flags & _OPTIMIZED
    ]
    return Excerpt(_joined(lines_of_class(source.lines, bodies[0])) if len(bodies) == 1 else "")


def _global(explorer: Explorer, node: Node) -> Excerpt:
    slot: Slot = node.subject
    value = slot.space.get(slot.name)
    if isinstance(value, Secret) or (isinstance(value, str | bytes) and _is_hidden(slot.name)):
        return Excerpt()
    source = explorer.source_of(slot.space)
    text = _statements(source, source.making(slot.name)) if source is not None and source.trusted else ""
    return Excerpt(text, _short(value) if node.kind == "constant" else "")


def _held(_: Explorer, node: Node) -> Excerpt:
    name = node.base.rstrip(")]").replace("[", "(").rpartition("(")[2]
    return Excerpt(value="" if _is_hidden(name) else _short(node.subject.value))


def _module(explorer: Explorer, node: Node) -> Excerpt:
    """What a module does while it is imported, or all of one that counts by its source."""
    match node.subject:
        case (_, Source() as source, list() as statements, list() as imports):
            if not source.trusted:
                return Excerpt()
            acting = [each for each, _ in statements]
            heads = [*(f"import {name}" for name in imports), *map(_head, acting)]
            return Excerpt(_statements(source, acting), BETWEEN_STATEMENTS.join(dict.fromkeys(heads)))
        case (str(), str() as file):
            found = explorer.sources.of_file(file)
            return Excerpt(found.text if found is not None else "")
    return Excerpt()


_READERS: dict[str, Callable[[Explorer, Node], Excerpt]] = {
    "function": _function,
    "class": _class,
    "constant": _global,
    "statement": _global,
    "default": _held,
    "closure": _held,
    "module": _module,
}


def _is_of(source: Source, code: CodeType) -> bool:
    """Whether a source is what a code object was compiled from: it compiles to the very same."""
    return source.trusted or any(code == each for each in all_code(source.code))


def _cell(file: str) -> list[str]:
    """The lines of a notebook's cell or of what was typed at a prompt, where they are remembered."""
    cache = getattr(sys.modules.get("linecache"), "cache", {})
    entry = cache.get(file, ())
    # A time would say that it is a file, which may have changed since.
    return [line.rstrip("\n") for line in entry[2]] if len(entry) == 4 and entry[1] is None else []


def _statements(source: Source | None, statements: Iterable[ast.stmt]) -> str:
    lines = source.lines if source is not None else []
    return _joined([line for each in statements for line in lines_of_statement(lines, each)])


def _head(statement: ast.stmt) -> str:
    """What a statement is known by, in a few words."""
    if isinstance(statement, ast.ClassDef):
        return f"class {statement.name}"
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return f"def {statement.name}"
    # What is cut off could be the end by which a password is known.
    text, more, _ = _hidden(ast.unparse(statement)).partition("\n")
    return text if len(text) <= _LONGEST_HEAD and not more else f"{text[:_LONGEST_HEAD].rstrip()} …"


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _short(value: Any) -> str:
    """A plain value that fits into a sentence; "" for any other."""
    if not _is_plain(value, 0):
        return ""
    text = text_of(value)
    return "" if "…" in text or "\n" in text else text


def _is_plain(value: Any, depth: int) -> bool:
    if type(value) in (list, tuple, set, frozenset) and depth < 3 and len(value) <= 20:
        return all(_is_plain(item, depth + 1) for item in value)
    if type(value) is dict and depth < 3 and len(value) <= 20:
        return all(_is_plain(each, depth + 1) for pair in value.items() for each in pair)
    if isinstance(value, enum.Enum | PurePath):
        return True
    return type(value) in _PLAIN
