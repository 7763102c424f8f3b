"""Blocks: the lines of a module's source that a code object, or a statement, was compiled from."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import CodeType


def inner_code(code: CodeType | None) -> Iterator[CodeType]:
    """The code objects right inside of one."""
    return (constant for constant in (code.co_consts if code else ()) if isinstance(constant, CodeType))


def all_code(code: CodeType | None) -> Iterator[CodeType]:
    """The code objects inside of one, at any depth."""
    for inner in inner_code(code):
        yield inner
        yield from all_code(inner)


def last_line(code: CodeType) -> int:
    """The last line that a code object, or one inside of it, has instructions for."""
    own = max((end for _, end, _, _ in code.co_positions() if end), default=0)
    return max([own, *map(last_line, inner_code(code))])


def lines_of_code(lines: Sequence[str], code: CodeType) -> list[str]:
    """The lines of a definition, with its decorators, comments and all, up to the next thing."""
    first = code.co_firstlineno
    end = max(last_line(code), first)
    margin = _indent(lines[first - 1]) if first <= len(lines) else 0
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > margin):
        end += 1
    block = list(lines[first - 1 : end])
    while block and not block[-1].strip():
        block.pop()
    return block


def lines_of_class(lines: Sequence[str], code: CodeType) -> list[str]:
    """The lines of a class without the bodies of its methods, which count by themselves."""
    first = code.co_firstlineno
    block = lines_of_code(lines, code)
    for method in sorted(inner_code(code), key=lambda inner: inner.co_firstlineno, reverse=True):
        if method.co_name.startswith("<") or method.co_firstlineno <= first:
            continue
        own = lines_of_code(lines, method)
        at = method.co_firstlineno - first
        head = next((n for n, line in enumerate(own) if not line.lstrip().startswith("@")), 0)
        kept = own[: head + 1]
        if head + 1 < len(own):
            kept.append(" " * _indent(own[head + 1]) + "…")
        block[at : at + len(own)] = kept
    return block


def lines_of_statement(lines: Sequence[str], statement: ast.stmt) -> list[str]:
    """The lines of a statement; of a function's definition, all but its body."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(each.lineno for each in decorators)])
    end = statement.end_lineno or statement.lineno
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.body:
        end = max(statement.body[0].lineno - 1, statement.lineno)
    return list(lines[first - 1 : end])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
