"""Which values can change after they were made: only of those does it matter that two places hold one.

When in doubt a value cannot: its content counts either way.
"""

from __future__ import annotations

import array
import sys
from collections import deque
from typing import Any

_CHANGING = (list, dict, set, bytearray, deque, array.array)

# Their objects have attributes, and are shared or not as it happens: types of columns, time zones.
_FIXED_LIBRARIES = frozenset(
    {"numpy", "pandas", "polars", "pyarrow", "datetime", "zoneinfo", "pytz", "dateutil"}
)


def can_change(value: Any) -> bool:
    """Whether a change of the value would be seen wherever else it is held."""
    kind = type(value)
    if kind in (tuple, frozenset):
        return False
    if isinstance(value, _CHANGING):
        return True
    library = str(kind.__module__).partition(".")[0]
    if library in _FIXED_LIBRARIES:
        return _is_data(library, value)
    settable = getattr(kind, "__setattr__", None) is object.__setattr__
    return settable and isinstance(getattr(value, "__dict__", None), dict)


def _is_data(library: str, value: Any) -> bool:
    module = sys.modules.get(library)
    names = {"numpy": ("ndarray",), "pandas": ("DataFrame", "Series")}.get(library, ())
    return any(isinstance(value, getattr(module, name)) for name in names)
