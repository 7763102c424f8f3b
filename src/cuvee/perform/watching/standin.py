"""Stand-ins: what is put in a function's place so that its use is noted, and is that function otherwise."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

Note = Callable[[FrameType, tuple[Any, ...], dict[str, Any]], None]


class StandIn:
    """Notes a use, then does what `function` does. Equal to it, named like it, pickled as it.

    A class, not a function: fingerprints see through it by its `function`, so a key is the same
    whether somebody watches or not.
    """

    watched = True

    def __init__(self, function: Any, owner: str, name: str, note: Note) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self._path = owner, name
        self._note = note

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._note(sys._getframe(1), args, kwargs)
        return self.function(*args, **kwargs)

    def __eq__(self, other: object) -> bool:
        return bool(self.function == getattr(other, "function", other))

    def __hash__(self) -> int:
        return hash(self.function)

    def __repr__(self) -> str:
        return repr(self.function)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.function, name)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self.function)

    def __subclasscheck__(self, cls: type) -> bool:
        return issubclass(cls, self.function)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self.function,)

    def __reduce__(self) -> tuple[Any, ...]:
        return _found_at, self._path


def _found_at(owner: str, name: str) -> Any:
    """What a module has under a name, when a pickled stand-in is loaded."""
    found: Any = __import__(owner, fromlist=["*"])
    return getattr(found, name)
