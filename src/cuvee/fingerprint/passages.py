"""Passages: the statements of module level, found by a line, and what each of them binds or acts on.

A compound statement (`if`, `for`, `try`, `with`) is one passage with all that is in it: what decides
whether a part of it is carried out counts like the part.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from types import CodeType

from cuvee.fingerprint.blocks import inner_code, last_line

_LONGEST = 60
_COMPOUND = (
    "def ", "async ", "if ", "elif ", "else", "for ", "while ", "try", "except", "finally", "with ",
)  # fmt: skip
_DEFINED = ("class ", "def ", "async ")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CLOSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Passages:
    """The module-level statements of one text. `tree` parses all of it, which takes a while."""

    def __init__(self, lines: list[str], code: CodeType, tree: Callable[[], ast.Module]) -> None:
        self._lines = lines
        self._code = code
        self._tree = tree
        self._known: dict[int, list[ast.stmt]] = {}
        self._spans = _spans(code)

    def at(self, line: int) -> list[ast.stmt]:
        """The statements that the line is part of; more than one where `;` parts them.

        A decorated function comes without its body.
        """
        for start in self._starts(line):
            found = self._from(start)
            if found and (found[-1].end_lineno or 0) >= line:
                return found
        return [each for each in self._tree().body if _first_line(each) <= line <= (each.end_lineno or 0)]

    def _starts(self, line: int) -> Iterator[int]:
        """Where a statement may begin that the line is part of, the likeliest first."""
        head = self._unindented(self._span(line)[0])
        if head and self._lines[head - 1].startswith(_DEFINED):
            while self._lines[head - 2 : head - 1] and self._lines[head - 2].startswith("@"):
                head -= 1
            yield head
            return
        above = self._unindented(head - 1)
        if (
            head == self._span(line)[0]
            and above
            and not self._lines[above - 1].startswith(("class ", "@", *_COMPOUND))
        ):
            yield above
        yield head

    def _span(self, line: int) -> tuple[int, int]:
        """The lines, first and last, that expressions around this line take up for certain."""
        at = bisect_right(self._spans, (line, sys.maxsize)) - 1
        return self._spans[at] if at >= 0 and self._spans[at][1] >= line else (line, line)

    def _unindented(self, line: int) -> int:
        """The first line, from this one upwards, that nothing stands before; 0 if there is none."""
        while line > 0 and self._lines[line - 1][:1] in ("", " ", "\t", "#", "\f"):
            line -= 1
        return line

    def _from(self, line: int) -> list[ast.stmt]:
        if line not in self._known:
            self._known[line] = self._begun_at(line)
        return self._known[line]

    def _begun_at(self, line: int) -> list[ast.stmt]:
        """What parses by itself from a line on, in as few lines as can be, if that is sure to be all."""
        first = self._lines[line - 1] if line else ""
        if first.startswith("class ") or (first.startswith("@") and self._decorates_class(line)):
            return self._class_at(line)
        if not first or first.startswith(_COMPOUND):
            return []
        body = "\n    pass" if first.startswith("@") else ""
        for end in range(self._span(line)[1], min(line + _LONGEST, len(self._lines)) + 1):
            try:
                found = self._parsed(line, end, body)
            except (SyntaxError, ValueError):
                continue
            return found if all(map(_is_whole, found)) else []
        return []

    def _decorates_class(self, line: int) -> bool:
        """Whether the decorator in a line is a class's."""
        below = self._lines[line : line + _LONGEST]
        return next((each for each in below if each.startswith(_DEFINED)), "").startswith("class ")

    def _parsed(self, first: int, last: int, rest: str = "") -> list[ast.stmt]:
        """The statements in these lines, each with its place in the whole text."""
        text = "\n".join(self._lines[first - 1 : last])
        return ast.parse("\n" * (first - 1) + text + rest).body

    def _class_at(self, line: int) -> list[ast.stmt]:
        """The class that begins in a line."""
        begun = (inner for inner in inner_code(self._code) if inner.co_firstlineno == line)
        last = max(map(last_line, begun), default=0)
        try:
            found = self._parsed(line, last)
        except (SyntaxError, ValueError):
            return []
        return found if len(found) == 1 else []


def parts_of(statement: ast.stmt) -> Iterator[ast.stmt]:
    """What is carried out one by one in a compound statement, its conditions as expressions; the
    statement itself where it is simple, or a definition."""
    inner = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
    for block in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        inner += block.body
    if isinstance(statement, _DEFINITIONS) or not inner:
        yield statement
        return
    for head in ("test", "iter", "subject"):
        if hasattr(statement, head):
            yield ast.copy_location(ast.Expr(getattr(statement, head)), statement)
    for item in getattr(statement, "items", ()):
        yield ast.copy_location(ast.Expr(item.context_expr), statement)
    for each in inner:
        yield from parts_of(each)


def without_annotation(statement: ast.stmt) -> list[ast.stmt]:
    """An annotated assignment as a plain one, or as nothing; any other statement as it is."""
    if not isinstance(statement, ast.AnnAssign):
        return [statement]
    value = statement.value
    return [ast.copy_location(ast.Assign([statement.target], value), statement)] if value else []


def binds(statement: ast.stmt, name: str) -> bool:
    """Whether a statement, or one in it, binds the name."""
    return any(_binds(node, name) for node in _carried_out(statement))


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, _DEFINITIONS):
        return node.name == name
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any((alias.asname or alias.name.partition(".")[0]) in (name, "*") for alias in node.names)
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name == name


def _carried_out(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement, without those in functions and classes."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_CLOSED, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def roots_of(statement: ast.stmt) -> set[str]:
    """The names that a statement, or one in it, acts on: `x` in `x.append(1)`, `x.y = 1`, `del x[0]`."""
    found: set[str | None] = {root_of(place) for place in places_changed(statement)}
    for node in _carried_out(statement):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
            found.add(root_of(node.value))
    return {name for name in found if name is not None}


def places_changed(statement: ast.stmt) -> Iterator[ast.Attribute | ast.Subscript]:
    """The attributes and items that a statement, or one in it, sets or takes away."""
    for node in _carried_out(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield node


def root_of(node: ast.expr) -> str | None:
    """The name that a chain of attributes, items and calls begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _spans(code: CodeType) -> list[tuple[int, int]]:
    """The runs of lines that instructions of several lines take up, those that overlap made one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted({(a, z) for a, z, _, _ in code.co_positions() if a and z and z > a}):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _is_whole(statement: ast.stmt) -> bool:
    """Whether the fewest lines that parse are sure to be all of a statement, or its head will do."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    return not hasattr(statement, "body") and not isinstance(statement, ast.Match)


def _first_line(statement: ast.stmt) -> int:
    """Where a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min((statement.lineno, *(each.lineno for each in decorators)))
