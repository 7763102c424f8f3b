"""What can be a task or a pipeline, said where the decorator stands."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any, NoReturn

from cuvee.errors import DefinitionError, UsageError
from cuvee.model.seed import seed_problem

# CO_COROUTINE, CO_ASYNC_GENERATOR, CO_GENERATOR: importing inspect for three numbers costs 10 ms
_COROUTINE, _ASYNC_GENERATOR, _GENERATOR = 0x80, 0x200, 0x20
_FORBIDDEN_IN_NAMES = frozenset("/#[]:@ ")


_OPTIONS = (
    "name",
    "cache",
    "seed",
    "retries",
    "retry_delay",
    "backoff",
    "retry_on",
    "timeout",
    "memory_limit",
    "isolated",
    "priority",
    "cpus",
)


def check_options(label: str, given: Iterable[str]) -> None:
    """Raise TypeError for an option that there is not, as Python would of a parameter."""
    for name in given:
        if name not in _OPTIONS:
            raise TypeError(f"{label}() has no option {name!r}. There are: {', '.join(_OPTIONS)}")


def place_text(function: Any) -> str:
    """A function and where it is written, for messages."""
    return f"{function.__qualname__} ({function.__code__.co_filename}:{function.__code__.co_firstlineno})"


def check_definition(
    function: Any, word: str, *, name: Any = None, cache: Any = None, seed: Any = None
) -> None:
    """Raise DefinitionError unless `function` and the options can make a `word` (task or pipeline)."""
    label = getattr(function, "__qualname__", repr(function))
    if not isinstance(function, FunctionType):
        what = "a class" if isinstance(function, type) else f"a {type(function).__name__}"
        raise DefinitionError(
            f"@{word} takes a function, and {label} is {what}: decorate a function that uses it"
        )
    where = place_text(function)
    flags = function.__code__.co_flags
    if flags & _ASYNC_GENERATOR:
        raise DefinitionError(
            f"{where} is an async generator, which cannot be a {word}: return a list of its items"
        )
    if flags & _GENERATOR and word != "task":
        raise DefinitionError(f"{where} is a generator, which cannot be a {word}: return a list of its items")
    if _is_method(function):
        raise DefinitionError(
            f"{where} is a method: a {word} is a function of its arguments alone, outside a class"
        )
    if name is not None and not _can_be_in_path(name):
        raise DefinitionError(
            f"{where}: name={name!r} cannot be part of a path: use letters, digits, '_', '-' and '.'"
        )
    problem = seed_problem(seed) if seed is not None else ""
    if problem:
        raise DefinitionError(f"{where}: seed={seed!r} {problem}")
    fault = _cache_fault(cache)
    if fault:
        raise DefinitionError(
            f"{where}: cache={cache!r} {fault}: give False (never reuse), True, a timedelta (how long a "
            'result is good) or a version ("2024-06")'
        )


def check_stand_in(name: str, by: Any) -> None:
    """Raise UsageError for what cannot stand in for a task: a class, say, or a pipeline."""
    if not isinstance(name, str) or not name:
        raise UsageError(f"swap: {name!r} names no task: give its name or the path of a call, as text")
    word = {"Pipeline": "a pipeline"}.get(type(by).__name__, "")
    if isinstance(by, type):
        word = "a class"
    elif type(by).__name__ in ("builtin_function_or_method", "method", "partial"):
        word = f"a {type(by).__name__.replace('builtin_function_or_method', 'built-in function')}"
    if word:
        raise UsageError(
            f"swap {name}: {word} cannot stand in for a task: give a function (`def`) that calls it, a task, "
            "a value, or a call of an earlier run"
        )


def refuse_plain_call(name: str) -> NoReturn:
    """Say that a pipeline with swaps has no plain call."""
    raise UsageError(f"{name} has swaps, which only a run has: write {name}.swap(…).run(…)")


def _cache_fault(cache: Any) -> str:
    """What is wrong with a task's `cache`, if anything is."""
    if cache is None or isinstance(cache, bool):
        return ""
    if isinstance(cache, str):
        return "" if cache.strip() else "is an empty version"
    if getattr(type(cache), "__module__", "") == "datetime" and hasattr(cache, "total_seconds"):
        return "" if cache.total_seconds() > 0 else "is no time at all"
    if isinstance(cache, int | float):
        return f"is a number: seconds are timedelta(seconds={cache!r})"
    return f"is a {type(cache).__name__}"


def is_async(function: Any) -> bool:
    """Whether what a function returns has to be awaited: it is written `async def`."""
    return isinstance(function, FunctionType) and bool(function.__code__.co_flags & _COROUTINE)


def is_generator(function: Any) -> bool:
    """Whether a function yields its result."""
    return isinstance(function, FunctionType) and bool(function.__code__.co_flags & _GENERATOR)


def _can_be_in_path(name: object) -> bool:
    # What cannot be printed is a control character, say, or half of a surrogate pair. No record can hold it.
    printable = isinstance(name, str) and name != "" and name.isprintable()
    return printable and _FORBIDDEN_IN_NAMES.isdisjoint(str(name))


def _is_method(function: FunctionType) -> bool:
    scope = function.__qualname__.rpartition(".")[0]
    return bool(scope) and not scope.endswith("<locals>")
