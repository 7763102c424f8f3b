"""Calling: whether a module-level statement may act on something elsewhere by what it calls.

The net is wide: what is called at module level counts unless it is known to do nothing to others,
because nothing that a task names leads to it. What is only kept (`X = pd.DataFrame(…)`) counts by
its value where it is used.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.families import unwatched, unwrapped

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

# Standard modules whose functions, called for their result, leave nothing behind.
_PURE = frozenset(
    {
        "threading", "_thread",
        "abc", "collections", "contextlib", "copy", "dataclasses", "datetime", "enum", "functools", "glob",
        "hashlib", "itertools", "json", "logging", "math", "operator", "os", "pathlib", "platform", "posix",
        "posixpath", "re", "shutil", "statistics", "string", "tempfile", "textwrap", "time", "typing", "uuid",
        "builtins", "_operator", "_functools", "_collections_abc", "zoneinfo", "importlib", "inspect",
    }
)  # fmt: skip

_OWN = "cuvee"
MISSING = object()

Runs = Callable[["Explorer", FunctionType], bool]


def calls_out(explorer: Explorer, statement: ast.stmt, space: dict[str, Any], runs: Runs) -> bool:
    """Whether a statement calls something that may act on others. `runs` says of a function whether
    it starts a run: then it is what uses tasks, and nothing that they use."""
    kept = not isinstance(statement, ast.Expr)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        decorators = (resolved(each, space) for each in statement.decorator_list)
        if any(_is_of_project(explorer, each) for each in decorators):
            return True
        kept = False
    if isinstance(statement, ast.ClassDef) and _makes_class_its_way(explorer, statement, space):
        return True
    return any(_acts(explorer, call, space, kept, runs) for call in _calls(statement))


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls that are made when the statement is carried out, those of a class body included."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += ast.iter_child_nodes(node)


def _acts(explorer: Explorer, call: ast.Call, space: dict[str, Any], kept: bool, runs: Runs) -> bool:
    value = _function_of(resolved(call.func, space))
    if value is MISSING:
        owner = owner_of(call.func, space)
        return owner is not MISSING and is_thing(explorer, owner)
    if unwrapped(value) is not value:
        return False
    if isinstance(value, FunctionType) and explorer.origins.of_function(value) == "project":
        return not runs(explorer, value)
    if isinstance(value, type):
        if explorer.origins.of_class(value) == "project":
            return not kept or _has_written(explorer, value, ("__init__", "__new__", "__post_init__"))
        return not kept and _origin(explorer, value.__module__) == "installed"
    if isinstance(value, FunctionType | BuiltinFunctionType) or callable(value):
        module = str(getattr(value, "__module__", None) or type(value).__module__)
        if module.partition(".")[0] == _OWN:
            return False
        origin = explorer.origins.of_module(module)
        # What is callable and of the project, and no function: an instance with a `__call__` of its own.
        return origin in ("installed", "project") or (
            origin == "stdlib" and module.partition(".")[0] not in _PURE
        )
    return False


def _function_of(value: Any) -> Any:
    """A class method's function; anything else as it is."""
    return value.__func__ if isinstance(value, MethodType) else value


def resolved(node: ast.expr, space: dict[str, Any]) -> Any:
    """What a name or a chain of attributes stands for; missing where that takes more than a look."""
    if isinstance(node, ast.Call):
        return resolved(node.func, space)
    if isinstance(node, ast.Name):
        return unwatched(space.get(node.id, getattr(builtins, node.id, MISSING)))
    if isinstance(node, ast.Attribute):
        owner = resolved(node.value, space)
        if isinstance(owner, ModuleType | type):
            return unwatched(getattr(owner, node.attr, MISSING))
    return MISSING


def owner_of(node: ast.expr, space: dict[str, Any]) -> Any:
    """What a chain of attributes, items and calls is taken of, as far in as a look tells."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
        found = MISSING if isinstance(node, ast.Call) else resolved(node, space)
        if found is not MISSING:
            return found
    return MISSING


def _is_of_project(explorer: Explorer, value: Any) -> bool:
    value = _function_of(value)
    if isinstance(value, FunctionType):
        return unwrapped(value) is value and explorer.origins.of_function(value) == "project"
    return isinstance(value, type) and explorer.origins.of_class(value) == "project"


def is_thing(explorer: Explorer, value: Any) -> bool:
    """Whether a method of this may act: an instance that is more than plain data, or a module."""
    kind = type(value)
    if isinstance(value, ModuleType):
        return explorer.origins.of_loaded(value) not in ("project", "cuvee")
    return (
        unwrapped(value) is value
        and kind.__module__ != "builtins"
        and kind.__module__.partition(".")[0] != _OWN
        and not kind.__module__.startswith("logging")
    )


def _makes_class_its_way(explorer: Explorer, statement: ast.ClassDef, space: dict[str, Any]) -> bool:
    """Whether a base, a metaclass or an attribute of the project has a say when the class is made."""
    cls = space.get(statement.name)
    if not isinstance(cls, type):
        return False
    if type(cls) is not type and explorer.origins.of_class(type(cls)) == "project":
        return True
    return any(_has_written(explorer, base, ("__init_subclass__",)) for base in cls.__mro__[1:])


def _has_written(explorer: Explorer, cls: type, names: tuple[str, ...]) -> bool:
    """Whether one of these methods, or a base's, is written in the project."""
    for base in cls.__mro__:
        for name in names:
            method = vars(base).get(name)
            function = getattr(method, "__func__", method)
            if isinstance(function, FunctionType) and explorer.origins.of_function(function) == "project":
                return True
    return False


def _origin(explorer: Explorer, module: str) -> str:
    return "project" if module.partition(".")[0] == _OWN else explorer.origins.of_module(module)
