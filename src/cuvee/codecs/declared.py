"""Classes that say what identifies their instances, by a method of theirs or by registration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from cuvee.codecs.module_name import importable
from cuvee.errors import UsageError

T = TypeVar("T")
Content = Callable[[Any], Any]

METHOD = "__cuvee_fingerprint__"

_registered: dict[type, Content] = {}

# The modules that have registered something, in order.
_registrars: dict[tuple[str, str], None] = {}

# What these come to is fixed: keys, names and codecs rest on it.
_FIXED = frozenset(
    {object, type, bool, int, float, complex, str, bytes, bytearray, tuple, list, dict, set, frozenset}
)


def register_fingerprint(cls: type[T], function: Callable[[T], object]) -> Callable[[T], object]:
    """Say what identifies the instances of a class that is not one's own.

    `function` is given an instance and returns what stands for it: any value that has content, such
    as a tuple of its address and version. Instances of subclasses are told by it too, unless
    their class says better, and are distinct from those of `cls`. It counts wherever an instance is
    met: as a global, as an argument, or inside of either. The code of `function` is part of it.

        cuvee.register_fingerprint(Client, lambda client: (client.url, client.api_version))

    A class of one's own can have a method `__cuvee_fingerprint__(self)` for the same. The last
    registration for a class holds. Returns `function`. Raises UsageError for a built-in class
    whose content is fixed, and for what is not a class or not a function.
    """
    if not isinstance(cls, type):
        raise UsageError(
            f"register_fingerprint({cls!r}, …) takes a class, and this is a {type(cls).__qualname__}"
        )
    if not callable(function):
        raise UsageError(
            f"register_fingerprint({cls.__qualname__}, …) takes a function of an instance, and got "
            f"a {type(function).__qualname__}: write lambda value: (value.address, value.version)"
        )
    if cls in _FIXED:
        raise UsageError(f"what identifies a {cls.__qualname__} is its content: register a class of your own")
    _registered[cls] = cast(Content, function)
    _registrars[importable(sys._getframe(1).f_globals)] = None
    return function


def registrars() -> tuple[tuple[str, str], ...]:
    """The modules that another process has to import to know what is registered here, each with the folder
    that has to be on `sys.path` for it, "" where it is as here. A prompt or a notebook is `__main__`.
    """
    return tuple(_registrars)


def declared_by(kind: type) -> Content | None:
    """What tells the instances of a class apart: the nearest word of it and its bases, if there is one."""
    if not _registered:
        return cast("Content | None", getattr(kind, METHOD, None))
    for cls in kind.__mro__:
        if METHOD in cls.__dict__:
            return cast(Content, getattr(kind, METHOD))
        if cls in _registered:
            return _registered[cls]
    return None
