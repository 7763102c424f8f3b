"""The statements of a module, each with its text and what it binds. Pure: text in, values out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_WITHOUT_EFFECT = ("__name__", "TYPE_CHECKING")


class Statement(NamedTuple):
    """One statement of module level, with the comments before it.

    `names` are those it binds. `sense` is what it comes to, without comments, positions and docstrings;
    `bare` the same without a function's defaults. `uses` are the names that it mentions, however.
    `imports`: for each name that an import binds, what it is of; None for what is no import. `idle`:
    it has no effect on what is defined (a docstring, `if __name__ == "__main__":`).
    """

    names: frozenset[str]
    text: str
    sense: str
    bare: str
    uses: frozenset[str]
    imports: tuple[tuple[str, str], ...] | None = None
    signature: str = ""
    idle: bool = False
    first: bool = False


def statements_of(source: str) -> list[Statement]:
    """The statements of a module in order; their texts together are the source. Raises SyntaxError."""
    lines = _LINE.findall(source)
    bodies = list(_by_lines(ast.parse(source).body))
    ends = [nodes[-1].end_lineno or 0 for nodes in bodies]
    if not bodies:
        return []
    starts = [0, *ends[:-1]]
    ends[-1] = len(lines)  # what stands after the last belongs to it
    return [
        _statement(nodes, "".join(lines[start:end]), at == 0)
        for at, (nodes, start, end) in enumerate(zip(bodies, starts, ends, strict=True))
    ]


def _by_lines(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Statements, those together that share a line."""
    together: list[ast.stmt] = []
    for node in body:
        if together and node.lineno > (together[-1].end_lineno or 0):
            yield together
            together = []
        together.append(node)
    if together:
        yield together


def _statement(nodes: Sequence[ast.stmt], text: str, first: bool) -> Statement:
    imports = None
    if all(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes):
        imports = tuple(pair for node in nodes for pair in _imported(node))
    is_docstring = first and len(nodes) == 1 and _is_docstring(nodes[0])
    is_future = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in nodes)
    return Statement(
        frozenset(name for node in nodes for name in _bound(node)),
        text,
        "; ".join(_sense(node) for node in nodes),
        "; ".join(_sense(node, defaults=False) for node in nodes),
        frozenset(name for node in nodes for name in _mentioned(node)),
        imports,
        "; ".join(_signature(node) for node in nodes),
        is_docstring or all(_is_idle(node) for node in nodes),
        is_docstring or is_future,
    )


def _bound(node: ast.stmt) -> Iterator[str]:
    """The module's names that a statement binds."""
    if isinstance(node, _DEFINING):
        yield node.name
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (name for name, _ in _imported(node))
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield from _bound(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from (name for below in child.body for name in _bound(below))
        else:
            yield from _stored(child)


def _stored(node: ast.AST) -> Iterator[str]:
    """Names that an expression binds; those in functions and comprehensions are their own."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    for child in ast.iter_child_nodes(node):
        yield from _stored(child)


def _imported(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for each in node.names:
            name = each.asname or each.name.partition(".")[0]
            yield name, each.name if each.asname else name
    elif isinstance(node, ast.ImportFrom):
        for each in node.names:
            yield each.asname or each.name, f"{'.' * node.level}{node.module or ''}:{each.name}"


def _mentioned(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.alias):
            yield each.name.rpartition(".")[2]


def _sense(node: ast.stmt, *, defaults: bool = True) -> str:
    copy = ast.parse(ast.unparse(node)).body[0]  # a tree of our own to change
    for each in ast.walk(copy):
        if isinstance(each, (*_DEFINING, ast.Module)) and each.body and _is_docstring(each.body[0]):
            each.body = each.body[1:] or [ast.Pass()]
    if not defaults and isinstance(copy, ast.FunctionDef | ast.AsyncFunctionDef):
        copy.args.defaults = []
        copy.args.kw_defaults = [None for _ in copy.args.kwonlyargs]
    return ast.dump(copy)


def _signature(node: ast.stmt) -> str:
    """The parameters of a function, by name and kind."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    given = node.args
    groups = (given.posonlyargs, given.args, [given.vararg], given.kwonlyargs, [given.kwarg])
    return "/".join(",".join(each.arg for each in group if each) for group in groups)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_idle(node: ast.stmt) -> bool:
    """Whether it counts for a script or a type checker only."""
    if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return True
    if not isinstance(node, ast.If):
        return False
    mentioned = set(_mentioned(node.test))
    return bool(mentioned.intersection(_WITHOUT_EFFECT)) and not node.orelse
