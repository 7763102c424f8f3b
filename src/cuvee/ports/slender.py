"""Slender: msgspec is loaded without what it asks for in vain.

It takes three names from `typing_extensions` where that is installed, and else those of `typing`. Since
Python 3.11 two of these are the same objects, and the third, `get_type_hints`, calls that of `typing` where
extras are asked for. To load it takes a new process 6 ms, with `inspect` and all else that it needs.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

_ASKED, _ASKS = "typing_extensions", "msgspec"


def load_msgspec() -> None:
    """Load it, unless it is there, or what it asks for."""
    if _ASKS in sys.modules or _ASKED in sys.modules:
        return
    without = _Without(threading.get_ident())
    sys.meta_path.insert(0, without)
    try:
        importlib.import_module(_ASKS)
    finally:
        sys.meta_path.remove(without)


class _Without:
    """A finder for one thread, which may not have the module that is asked for."""

    def __init__(self, thread: int) -> None:
        self._thread = thread

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        if name == _ASKED and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{_ASKS} does without {_ASKED}", name=name)
        return None
