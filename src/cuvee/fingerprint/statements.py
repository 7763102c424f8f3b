"""Statements: what one does, and what the names in it stand for.

A statement is compiled by itself and then looked at like any other code, so comments, formatting
and annotations leave no trace.
"""

from __future__ import annotations

import ast
from types import CodeType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cuvee.fingerprint.names import Names
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.origins import module_of
from cuvee.fingerprint.passages import without_annotation
from cuvee.fingerprint.references import Reference

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer


def statement_pieces(
    explorer: Explorer, node: Node, space: dict[str, Any], statement: ast.stmt, name: str = ""
) -> list[bytes]:
    """The pieces of content that a module-level statement adds to a node; `name` is what it is asked for.

    A name in it that is bound anew later had another value when the statement was carried out: all
    statements that make it count.
    """
    return _Pieces(explorer, node, space).of(statement, name)


class _Pieces:
    """The statements of one module that a node needs, each once."""

    def __init__(self, explorer: Explorer, node: Node, space: dict[str, Any]) -> None:
        self.explorer = explorer
        self.node = node
        self.space = space
        self.names = Names(explorer, node, space, {})
        self.done: set[int] = set()

    def of(self, statement: ast.stmt, name: str) -> list[bytes]:
        node, space, names = self.node, self.space, self.names
        node.at = statement.lineno
        self.done.add(statement.lineno)
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            origins = [alias.name for alias in statement.names if (alias.asname or alias.name) == name]
            return [names.resolve(Reference("import", module, (origin,))) for origin in origins]
        body = _essence(statement)
        if not body:
            return [b"nothing"]
        behaviour = self.explorer.statement_behaviour(statement, lambda: _compiled(body))
        pieces: list[bytes] = [behaviour.digest]
        for reference in behaviour.references:
            if reference.root == "global" and reference.name == "__name__":
                pieces.append(module_of(space).encode())
            else:
                pieces.append(names.resolve(replace(reference, code=None)))
        for used in dict.fromkeys(each.name for each in behaviour.references if each.root == "global"):
            pieces += self._before(used)
        return pieces

    def _before(self, name: str) -> list[bytes]:
        """What a name may have stood for then, and does not any more."""
        source = self.explorer.source_of(self.space)
        if source is None or not source.is_rebound(name):
            return []
        pieces: list[bytes] = []
        for statement in source.making(name):
            if statement.lineno not in self.done:
                pieces += self.of(statement, name)
        return pieces


def _compiled(body: list[ast.stmt]) -> CodeType:
    module = ast.fix_missing_locations(ast.Module(body, []))
    return compile(module, "<statement>", "exec", dont_inherit=True)


def _essence(statement: ast.stmt) -> list[ast.stmt]:
    """What a statement does when it is carried out, less the bodies that count elsewhere."""
    if isinstance(statement, ast.AnnAssign):
        return without_annotation(statement)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*statement.args.defaults, *(each for each in statement.args.kw_defaults if each)]
        return [ast.Expr(each) for each in (*statement.decorator_list, *defaults)]
    if isinstance(statement, ast.ClassDef):
        around = [*statement.decorator_list, *statement.bases, *(each.value for each in statement.keywords)]
        inside = [each for each in statement.body if not _is_definition(each)]
        outside = [essence for each in inside for essence in _essence(each)]
        return [*(ast.Expr(each) for each in around), *outside]
    return [statement]


def _is_definition(statement: ast.stmt) -> bool:
    """Whether a statement of a class body counts elsewhere, or for nothing: methods, docstrings."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass)
