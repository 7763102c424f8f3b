"""Whether a value is a tree: no object in two places, none within itself, not too many.

Elements that are stored each on its own come back as objects of their own. Where two places
hold one object that can change, that would be seen, so such a value is kept in one piece.
"""

from __future__ import annotations

import enum
from types import BuiltinFunctionType, FunctionType
from typing import Any

from cuvee.codecs.elements import take_apart
from cuvee.codecs.leaves import SCALARS, STRUCTURED, structured_form
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.located import Located

# Beyond this many elements one piece is better: each costs a digest and a line in the database.
MAX_ELEMENTS = 2000
MAX_DEPTH = 50

_UNCHANGING = frozenset({*SCALARS, *STRUCTURED, File, Directory, FunctionType, BuiltinFunctionType})
_PANDAS_SCALARS = frozenset({"Timestamp", "Timedelta", "Period", "Interval", "NaTType"})


def is_tree(value: Any) -> bool:
    """Whether the elements of a container, at any depth, can be kept each on its own."""
    met: set[int] = set()
    count = 0
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if not _is_unchanging(item):
                if id(item) in met:
                    return False
                met.add(id(item))
            taken = take_apart(item)
            if taken is not None:
                below += taken.items
        count += sum(not isinstance(item, Located) for item in below)
        if count > MAX_ELEMENTS:
            return False
        if not below:
            return True
        level = below
    return False


def _is_unchanging(item: Any) -> bool:
    kind = type(item)
    known = kind in _UNCHANGING or structured_form(kind) is not None
    if known or kind is tuple or isinstance(item, enum.Enum | type):
        return True
    library = kind.__module__.partition(".")[0]
    if library == "numpy":
        return hasattr(kind, "dtype") and not hasattr(kind, "__setitem__")
    return library == "pandas" and kind.__name__ in _PANDAS_SCALARS
