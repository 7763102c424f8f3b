"""Names of classes and functions that hold in another process, and back.

What runs as a script has the module `__main__`; its name here is the one it would be imported by,
so that an artifact made by `python wine.py` can be read by whoever imports `wine`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

from cuvee.codecs.module_name import MAIN, module_name_of
from cuvee.errors import CannotDecode


def module_name(module: str) -> str:
    """The name that a module can be imported by; `__main__` where there is none (a notebook, a prompt)."""
    return module_name_of(vars(sys.modules[module])) if module in MAIN else module


def name_of(thing: Any) -> str | None:
    """`module:qualname` of a class or function, or None where that name does not lead back to it."""
    module, qualname = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(qualname, str) or "<" in qualname:
        return None
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return f"{module_name(module)}:{qualname}" if found is thing else None


def thing_named(name: str) -> Any:
    """The class or function of that name. Raises CannotDecode when there is none (any more)."""
    module, _, qualname = name.partition(":")
    problem: Exception | None = None
    try:
        for found in _modules_named(module):
            try:
                for part in qualname.split("."):
                    found = getattr(found, part)
            except AttributeError as error:
                problem = error
            else:
                return found
    except ImportError as error:
        problem = error
    raise CannotDecode(
        f"the value was made with {name}, which is not there now ({problem}): bring it back, have its folder "
        "on sys.path, or run again"
    ) from problem


def _modules_named(module: str) -> Iterator[Any]:
    """The running script if that is its name, then what an import gives: a command can be called
    like a package."""
    for main in MAIN:
        if main in sys.modules and module == module_name(main):
            yield sys.modules[main]
    if module not in MAIN:
        yield importlib.import_module(module)
