"""The numeric tower of PEP 484, and numpy's scalars as the numbers that they stand for.

An int does where a float or a complex is wanted, a float where a complex is. A `numpy.int64`
does where an int is wanted, though it is no subclass: what `series.sum()` gives is a number to
everybody but `isinstance`. numpy is not imported for it: who has no numpy has no such scalar.
"""

from __future__ import annotations

import sys
from typing import Any

_PROMOTED: dict[type, tuple[type, ...]] = {float: (int,), complex: (float, int)}
_NUMPY: dict[type, tuple[str, ...]] = {
    bool: ("bool_",),
    int: ("integer", "bool_"),
    float: ("floating", "integer", "bool_"),
    complex: ("number", "bool_"),
}


def promoted(wanted: type) -> tuple[type, ...]:
    """The builtin classes that do for `wanted` without being subclasses of it."""
    return _PROMOTED.get(wanted, ())


def stands_for(given: type, wanted: Any) -> bool:
    """Whether instances of `given` do where `wanted`, a number's class, is asked for."""
    if issubclass(given, promoted(wanted)):
        return True
    names = _NUMPY.get(wanted)
    numpy = sys.modules.get("numpy") if names else None
    return numpy is not None and issubclass(given, tuple(getattr(numpy, name) for name in names or ()))
