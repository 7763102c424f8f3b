"""Prospect: whether the rest of a pipeline's body may yet call a task of some name.

A body that waits for results decides as it goes what it calls. But a task is a function, and all functions
that a body can reach are found as those are that a task reaches. Where one could come from elsewhere, or be
made on the way, it may come: what is right is never refused.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from cuvee.authoring.task import Task, task
from cuvee.fingerprint.instructions import decode
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope

_OWN = "cuvee"
_STEADY = frozenset({"clock", "generator"})
"""Doubts about values that nobody seeds: they lead to no code."""

_MAKERS = frozenset({task.__name__, Task.__name__})
_RENAMES = frozenset({"__name__", "FunctionType", "CodeType"})
_MOST = 10_000


class Prospect:
    """What a body can reach, as it is loaded now. `arguments` are what it was given, by parameter; `beside`
    are tasks that stand in for others."""

    def __init__(
        self,
        body: Callable[..., Any],
        arguments: Mapping[str, Any],
        scope: Scope,
        beside: Iterable[Task[..., Any]] = (),
    ) -> None:
        self._beside = tuple(beside)
        self._memo = Memo()  # of its own: what only a body reaches is no part of what its tasks depend on
        self._origins = self._memo.explorer(scope).origins
        code = ProcessCode(scope, self._memo)
        ledger = code.ledger(body)
        nodes = code.nodes(ledger)
        self._functions = {
            id(node.subject): node.subject for node in nodes if isinstance(node.subject, FunctionType)
        }
        self._codes = [code for each in self._functions.values() for code in _all_code(each.__code__)]
        self._open = (
            gc.get_freeze_count() > 0  # then not all tasks that there are can be found
            or any(doubt.widened not in _STEADY for doubt in ledger.doubts)
            or any(not hole.harmless for node in nodes for hole in node.holes)
            or any(self._may_have_tasks(package) for node in nodes for package in node.packages)
            or not all(self._is_data(value) for value in arguments.values())
        )
        self._tasks = [] if self._open else _all_tasks()

    def names(self) -> list[str]:
        """Those of the tasks that it can reach."""
        found = {each.function.__name__ for each in self._tasks if id(each.function) in self._functions}
        return sorted(found)

    def may_come(self, name: str, *, called: bool) -> bool:
        """Whether a task may be called yet whose function has this name, or that has it in full; `called`:
        or whose calls have it."""
        return (
            self._open
            or any(_fits(name, task, called) for task in self._beside)
            or any(self._may_be_called(task) for task in self._tasks if _fits(name, task, called))
            or self._may_be_made(name.rpartition(":")[2].rpartition(".")[2])
            or (called and self._may_call_it(name))
        )

    def _may_be_called(self, task: Task[..., Any]) -> bool:
        if id(task.function) in self._functions:
            return True
        # One from elsewhere counts by its name, and is not among them.
        return self._origins.of_module(task.function.__module__) != "project"

    def _may_be_made(self, name: str) -> bool:
        """Whether a function of that name may be made a task on the way."""
        if not any(map(_makes_tasks, self._functions.values())):
            return False
        return any(code.co_name == name or not _RENAMES.isdisjoint(code.co_names) for code in self._codes)

    def _may_call_it(self, name: str) -> bool:
        """Whether `options(name=…)` may give a call this name."""
        for code in self._codes:
            constants = set(_flat(code.co_consts))
            if name in constants:
                return True
            if "options" in code.co_names and ("name" in constants or _spreads(code)):
                return True
        return False

    def _may_have_tasks(self, package: str) -> bool:
        owners = self._memo.installed.owners(package)
        return not owners or any(each.name == _OWN for each in self._memo.installed.closure(owners))

    def _is_data(self, value: Any) -> bool:
        """Whether an argument leads to no code of the project."""
        if isinstance(value, list | tuple | set | frozenset | dict):
            items = (*value, *value.values()) if isinstance(value, dict) else value
            return len(value) <= _MOST and all(map(self._is_data, items))
        return not callable(value) and self._origins.of_class(type(value)) != "project"


def _all_tasks() -> list[Task[..., Any]]:
    # Not by `isinstance`: it asks what is not of the class itself, and that may answer with an error.
    return [each for each in gc.get_objects() if issubclass(type(each), Task)]


def _fits(name: str, task: Task[..., Any], called: bool) -> bool:
    return name in (task.name, task.function.__name__) or (called and name == task.short_name)


def _makes_tasks(function: FunctionType) -> bool:
    names = {name for code in _all_code(function.__code__) for name in code.co_names}
    found = (function.__globals__.get(name) for name in names)
    return not _MAKERS.isdisjoint(names) or any(each is task or each is Task for each in found)


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_code(constant)


def _flat(constants: tuple[Any, ...]) -> Iterator[Any]:
    for constant in constants:
        if isinstance(constant, tuple | frozenset):
            yield from _flat(tuple(constant))
        elif isinstance(constant, str):
            yield constant


def _spreads(code: CodeType) -> bool:
    """Whether it calls something with `**options`."""
    return any(ins.name == "CALL_FUNCTION_EX" for ins in decode(code))
