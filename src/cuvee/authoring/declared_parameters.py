"""Parameters as a function declares them, read from its code where that is all there is to it.

`inspect`, which knows of all else, takes a new process 4 ms to load.
"""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from cuvee.model.value import Value

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Iterator

MISSING: Final = object()
"""The default of a parameter that has none."""

_VARARGS, _VARKEYWORDS = 0x04, 0x08  # as `inspect` names them


class Declared(Value, frozen=True, gc=True):
    """One parameter; its kind as `inspect` names it."""

    name: str
    kind: str
    default: Any


def declared_parameters(function: Callable[..., Any]) -> tuple[Declared, ...]:
    """The parameters of a function, in the order of their declaration.

    Raises ValueError or TypeError, as `inspect`, where none can be told.
    """
    if type(function) is FunctionType and not vars(
        function
    ):  # so nothing wraps it, or says another signature
        return tuple(_of_code(function))
    found = _inspected(function).parameters.values()
    return tuple(
        Declared(each.name, each.kind.name, MISSING if each.default is each.empty else each.default)
        for each in found
    )


def _of_code(function: FunctionType) -> Iterator[Declared]:
    code, defaults = function.__code__, function.__defaults__ or ()
    names = iter(code.co_varnames)
    without = code.co_argcount - len(defaults)
    for place in range(code.co_argcount):
        kind = "POSITIONAL_ONLY" if place < code.co_posonlyargcount else "POSITIONAL_OR_KEYWORD"
        yield Declared(next(names), kind, MISSING if place < without else defaults[place - without])
    by_name = [next(names) for _ in range(code.co_kwonlyargcount)]
    if code.co_flags & _VARARGS:
        yield Declared(next(names), "VAR_POSITIONAL", MISSING)
    for name in by_name:
        yield Declared(name, "KEYWORD_ONLY", (function.__kwdefaults__ or {}).get(name, MISSING))
    if code.co_flags & _VARKEYWORDS:
        yield Declared(next(names), "VAR_KEYWORD", MISSING)


def _inspected(function: Callable[..., Any]) -> inspect.Signature:
    import inspect

    if sys.version_info >= (3, 14):
        import annotationlib

        # Annotations are resolved one by one elsewhere: here a name that is not there must not raise.
        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function)
