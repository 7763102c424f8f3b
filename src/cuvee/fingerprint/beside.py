"""Beside: what counts only where some code reads it. Docstrings, annotations, line numbers, text, order.

Code that could read one of them, by a word that it mentions, makes that of all that is reached count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint import classes, modules, readers
from cuvee.fingerprint.blocks import all_code
from cuvee.fingerprint.loading import digest_of
from cuvee.fingerprint.node import Fill, Node

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

_OF_PYTHON = re.compile(r"__\w+__|_abc_impl")


def beside(explorer: Explorer, words: frozenset[str], node: Node, exposed: bool) -> Iterator[Node]:
    """The nodes beside one that count too. `words` are those of all that is reached; `exposed`: foreign
    code holds it, which may look at annotations."""
    if not words and not exposed:
        return
    if node.fill is modules.fill_source:
        yield from _beside_source(explorer, words, node)
        return
    for what, kinds, asking, fill in _KINDS:
        read = not words.isdisjoint(asking) or (exposed and what == "annotations")
        if read and node.kind in _THINGS and isinstance(node.subject, kinds):
            yield _node(explorer, node, what, fill)


def _beside_source(explorer: Explorer, words: frozenset[str], node: Node) -> Iterator[Node]:
    if not words.isdisjoint(readers.TEXT | readers.LINES):
        yield _node(explorer, node, "text", _fill_text)
        return
    if not words.isdisjoint(readers.ANNOTATIONS):
        yield _node(explorer, node, "all that is written", _fill_written)
    if not words.isdisjoint(readers.DOCS):
        yield _node(explorer, node, "docstrings", _fill_docs)


def _node(explorer: Explorer, node: Node, what: str, fill: Fill) -> Node:
    base, subject = f"{node.base} ({what})", node.subject
    return explorer.node(what, subject, base, lambda: Node(what, base, subject, fill, node.file, node.line))


def _fill_annotations(explorer: Explorer, node: Node) -> list[bytes]:
    return [classes.annotations_part(explorer, node, node.subject)]


def _fill_doc(_: Explorer, node: Node) -> list[bytes]:
    doc = getattr(node.subject, "__doc__", None)
    return [doc.encode("utf-8", "surrogatepass") if isinstance(doc, str) else b""]


def _fill_lines(_: Explorer, node: Node) -> list[bytes]:
    code = node.subject.__code__
    if code.co_filename.startswith("<"):  # made up by a library: its lines are nobody's, and may vary
        return []
    return [piece for each in (code, *all_code(code)) for piece in _place(each)]


def _place(code: CodeType) -> tuple[bytes, bytes]:
    return code.co_firstlineno.to_bytes(4, "little"), code.co_linetable


def _fill_source_text(explorer: Explorer, node: Node) -> list[bytes]:
    source = explorer.source_of(node.subject.__globals__)
    if source is None:
        return []
    if not source.trusted:
        node.doubt(f"{node.base}: its module's source was edited after it was imported", "refused")
    return [source.text.encode("utf-8", "surrogatepass")]


def _fill_order(_: Explorer, node: Node) -> list[bytes]:
    names = [name for name in vars(node.subject) if not _OF_PYTHON.fullmatch(name)]
    return [name.encode("utf-8", "surrogatepass") for name in names]


def _fill_text(_: Explorer, node: Node) -> list[bytes]:
    return [digest_of(node.subject[1])]


def _fill_docs(explorer: Explorer, node: Node) -> list[bytes]:
    source = explorer.sources.of_file(node.subject[1])
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    found = [each for each in ast.walk(source.tree) if isinstance(each, documented)] if source else []
    return [(ast.get_docstring(each, clean=False) or "").encode("utf-8", "surrogatepass") for each in found]


def _fill_written(explorer: Explorer, node: Node) -> list[bytes]:
    source = explorer.sources.of_file(node.subject[1])
    return [ast.dump(source.tree).encode("utf-8", "surrogatepass")] if source is not None else []


_THINGS = frozenset({"function", "class", "module"})
_KINDS: tuple[tuple[str, Any, frozenset[str], Callable[[Explorer, Node], list[bytes]]], ...] = (
    ("annotations", FunctionType | type, readers.ANNOTATIONS, _fill_annotations),
    ("docstring", FunctionType | type, readers.DOCS, _fill_doc),
    ("lines", FunctionType, readers.LINES, _fill_lines),
    ("text", FunctionType, readers.TEXT, _fill_source_text),
    ("order", type | ModuleType, readers.ORDER, _fill_order),
)
