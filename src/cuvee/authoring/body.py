"""The body of a pipeline, read before it is traced.

`is` and `isinstance` on a handle cannot raise, and would quietly give the answer for the handle
instead of for its value. So they are looked for in the syntax: a name is followed from the
statement that binds it to a task's result, and only where it is one on every way to the
comparison is it reported.
"""

from __future__ import annotations

import ast
import builtins
import linecache
import textwrap
from collections.abc import Callable, Iterable, Sequence
from types import CodeType, ModuleType
from typing import Any

from cuvee.authoring.places import shown_file
from cuvee.authoring.task import Task
from cuvee.model.problem import Place, Problem

_TYPE_QUESTIONS = ("isinstance", "issubclass", "type", "id", "callable")


def body_problems(function: Callable[..., Any], handles: Iterable[str] = ()) -> list[Problem]:
    """Every `is`, `isinstance` and the like on a handle in the function's body.

    `handles` are parameters that were given a handle. A function whose source cannot be had
    (typed into a bare prompt) is not read.
    """
    definition, first = _definition(function)
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    reader = _Reader(function, first - 1)
    reader.block(definition.body, set(handles))
    return reader.problems


def _definition(function: Callable[..., Any]) -> tuple[ast.stmt | None, int]:
    """A function's syntax and the line that it begins in; None where its source cannot be had."""
    try:
        return _parsed_as_run(_unwrapped(function))
    except (AttributeError, IndexError, SyntaxError, TypeError, ValueError):
        pass  # no code, no lines, or they do not end where the function does
    import inspect  # with what it needs, 4 ms

    try:
        lines, first = inspect.getsourcelines(function)
        return _parsed(lines), first
    except (OSError, SyntaxError):
        return None, 0


def _unwrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    if not hasattr(function, "__wrapped__"):
        return function
    import inspect

    unwrapped: Callable[..., Any] = inspect.unwrap(function)
    return unwrapped


def _parsed_as_run(function: Callable[..., Any]) -> tuple[ast.stmt, int]:
    """The same, of the lines that there is code for: `inspect` finds the last one token by token, which
    takes a new process 4 ms. What nothing can reach has no code, and may be missing at the end."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    last = max(_last_line(code), code.co_firstlineno)
    return _parsed(lines[code.co_firstlineno - 1 : last]), code.co_firstlineno


def _last_line(code: CodeType) -> int:
    inner = (_last_line(const) for const in code.co_consts if isinstance(const, CodeType))
    return max([*(end for _, end, _, _ in code.co_positions() if end is not None), *inner])


def _parsed(lines: Sequence[str]) -> ast.stmt:
    return ast.parse(textwrap.dedent("".join(lines))).body[0]


class _Reader:
    """Walks statements in order with the set of names that are handles on every way here."""

    def __init__(self, function: Callable[..., Any], offset: int) -> None:
        self.problems: list[Problem] = []
        self._file = shown_file(function.__code__.co_filename)
        self._offset = offset
        self._scope = {**function.__globals__, **_closure(function)}

    def block(self, statements: list[ast.stmt], names: set[str]) -> set[str]:
        for statement in statements:
            names = self._statement(statement, names)
        return names

    def _statement(self, node: ast.stmt, names: set[str]) -> set[str]:
        match node:
            case ast.If():
                self._look(node.test, names)
                return self.block(node.body, set(names)) & self.block(node.orelse, set(names))
            case ast.For() | ast.AsyncFor():
                self._look(node.iter, names)
                return (
                    names
                    & self.block(node.body, names - _bound(node.target))
                    & self.block(node.orelse, set(names))
                )
            case ast.While():
                self._look(node.test, names)
                return names & self.block(node.body, set(names))
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._look(item.context_expr, names)
                return self.block(node.body, names)
            case ast.Try():
                after = self.block(node.body, set(names))
                for handler in node.handlers:
                    after &= self.block(handler.body, set(names))
                return self.block(node.finalbody, after & self.block(node.orelse, set(after)))
            case ast.Match():
                self._look(node.subject, names)
                if self._is_handle(node.subject, names):
                    self._match(node)
                branches = [self.block(case.body, set(names)) for case in node.cases]
                return names.intersection(*branches)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return names - {node.name}
        self._look(node, names)
        return self._rebind(node, names)

    def _rebind(self, node: ast.stmt, names: set[str]) -> set[str]:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                bound = _bound(target)
                names = names | bound if self._is_handle(node.value, names) else names - bound
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            bound = _bound(node.target)
            names = names | bound if self._is_handle(node.value, names) else names - bound
        elif isinstance(node, ast.AugAssign):
            names = names - _bound(node.target)
        return names

    def _look(self, node: ast.AST, names: set[str]) -> None:
        for part in ast.walk(node):
            if isinstance(part, ast.Compare):
                self._comparison(part, names)
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                self._type_question(part, part.func.id, names)

    def _comparison(self, node: ast.Compare, names: set[str]) -> None:
        sides = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(operator, ast.Is | ast.IsNot):
                for side in (left, right):
                    if self._is_handle(side, names):
                        text = ast.unparse(side)
                        word = "is" if isinstance(operator, ast.Is) else "is not"
                        self._report(node, f"`{word}` would compare the handle", text)

    def _type_question(self, node: ast.Call, name: str, names: set[str]) -> None:
        if name in _TYPE_QUESTIONS and self._scope.get(name, getattr(builtins, name)) is getattr(
            builtins, name
        ):
            for argument in node.args[:1]:
                if self._is_handle(argument, names):
                    self._report(node, f"`{name}()` would look at the handle", ast.unparse(argument))

    def _match(self, node: ast.Match) -> None:
        """A class pattern asks for the type, `case None` compares by identity."""
        for case in node.cases:
            if any(isinstance(part, ast.MatchClass | ast.MatchSingleton) for part in ast.walk(case.pattern)):
                pattern = ast.unparse(case.pattern)
                self._report(
                    node.subject, f"`case {pattern}` would look at the handle", ast.unparse(node.subject)
                )
                return

    def _report(self, node: ast.expr, what: str, text: str) -> None:
        message = f"{what} of `{text}`, not its value, which is not there yet: write result({text})"
        self.problems.append(Problem(message, Place(self._file, self._offset + node.lineno)))

    def _is_handle(self, node: ast.expr, names: set[str]) -> bool:
        match node:
            case ast.Name():
                return node.id in names
            case ast.Call():
                return self._step(node.func, is_async=False)
            case ast.Await(ast.Call(called)):
                return self._step(called, is_async=True)
            case ast.NamedExpr():
                return self._is_handle(node.value, names)
            case ast.IfExp():
                return self._is_handle(node.body, names) and self._is_handle(node.orelse, names)
        return False

    def _step(self, node: ast.expr, *, is_async: bool) -> bool:
        """Whether calling this calls a task, async or not: `train`, `steps.train`, `train.options(…)`."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "options"
        ):
            return self._step(node.func.value, is_async=is_async)
        step = self._value(node)
        return isinstance(step, Task) and step.is_async == is_async

    def _value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            return self._scope.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._value(node.value)
            return vars(owner).get(node.attr) if isinstance(owner, ModuleType) else None
        return None


def _bound(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _closure(function: Callable[..., Any]) -> dict[str, Any]:
    if not function.__closure__:
        return {}
    import inspect

    return dict(inspect.getclosurevars(function).nonlocals)
