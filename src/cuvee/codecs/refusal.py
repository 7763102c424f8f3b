"""What no codec keeps, wherever it sits in a value, and what to do instead."""

from __future__ import annotations

import io
import itertools
import types
from collections.abc import Iterator
from typing import Any

from cuvee.errors import CannotEncode, HandleInside
from cuvee.model.located import Located
from cuvee.model.secret import Secret

_IN_MEMORY = (io.BytesIO, io.StringIO)
_ITERATOR_MODULES = frozenset({"builtins", "itertools", "collections"})


def refuse(value: Any) -> None:
    """Raise CannotEncode if the value must not or can not be kept."""
    kind = type(value)
    if kind in _SAFE:
        return
    if isinstance(value, Secret):
        raise CannotEncode(
            "a Secret cannot be kept: pass it as an argument of its own to the task that needs it"
        )
    if isinstance(value, Located):
        raise CannotEncode(
            f"{value!r} is inside an object that only pickle can keep, where its content would not count: "
            "pass or return it on its own, or in a tuple, list, dict or dataclass"
        )
    if kind.__module__ == "cuvee.authoring.handle":
        raise HandleInside("a handle stands for a value that is not there yet: take it as a task's argument")
    if isinstance(value, types.GeneratorType) or _is_builtin_iterator(value):
        raise CannotEncode(f"a {kind.__name__} can be walked only once: return a list of its items")
    if isinstance(value, types.CoroutineType | types.AsyncGeneratorType):
        raise CannotEncode(
            f"a {kind.__name__} is work to be done, not a value: await it, and return the result"
        )
    if isinstance(value, io.IOBase) and not isinstance(value, _IN_MEMORY):
        raise CannotEncode(f"an open file ({kind.__name__}) has no content to keep: return File(path)")


def refuse_whole(value: Any) -> None:
    """As `refuse`, for a value that is not part of another."""
    if isinstance(value, types.ModuleType):
        raise CannotEncode(f"a module ({value.__name__}) is not a value: import it where it is used")
    if not isinstance(value, Located):
        refuse(value)


def _is_builtin_iterator(value: Any) -> bool:
    return type(value).__module__ in _ITERATOR_MODULES and isinstance(value, Iterator)


_SAFE = frozenset({types.FunctionType, types.BuiltinFunctionType, type, itertools.count, itertools.repeat})
