"""Generators: the global ones that draw random numbers, and how code reaches them."""

from __future__ import annotations

import sys
from types import MethodType, ModuleType
from typing import Any

# Modules of Python that draw from the global generator of `random`.
_DRAWING = frozenset({"random", "_random", "statistics", "email"})


def draws(module: str) -> bool:
    """Whether a module of Python may draw from its global generator."""
    return module.partition(".")[0] in _DRAWING


def name_of_method(value: Any) -> tuple[str, str] | None:
    """Module and name of a bound method that a library offers as a function: `random.shuffle`.

    What it is bound to is the library's own, a generator for instance: its state is no content.
    """
    owner = getattr(value, "__self__", None)
    if owner is None or isinstance(owner, type | ModuleType):
        return None
    module = type(owner).__module__
    name = value.__func__.__name__ if isinstance(value, MethodType) else value.__name__
    offered = vars(sys.modules[module]).get(name) if module in sys.modules else None
    return (module, name) if type(offered) is type(value) and offered == value else None
