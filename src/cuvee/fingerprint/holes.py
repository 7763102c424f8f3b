"""Holes: values without content, told apart by whether a result can depend on them.

Classes are looked up only where their module has been imported: before that there are no instances.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FunctionType, ModuleType
from typing import Any

# No result depends on these: they order work, or write it down.
_HARMLESS = {
    "_thread": ("LockType", "RLock"),
    "threading": ("Condition", "Semaphore"),
    "logging": ("Filterer", "LoggerAdapter", "PlaceHolder", "Manager"),
}

# These hold what belongs to others, and only as long as it lives.
_WEAK = {"weakref": ("ref", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet")}

# What is drawn or shown: objects by the thousand, with numbers of their own in each process.
_SCENERY = frozenset({"matplotlib", "IPython", "ipykernel", "tkinter"})

# These say what is to be read, and read it when they are asked.
_LATE = {
    "polars": ("LazyFrame",),
    "pyarrow._dataset": ("Dataset", "Scanner", "Fragment", "DatasetFactory"),
}

# So do these, which nobody can take apart.
_OPEN = {
    "io": ("FileIO", "BufferedReader", "BufferedRandom", "TextIOWrapper"),
    "mmap": ("mmap",),
    "sqlite3": ("Connection", "Cursor"),
    "duckdb": ("DuckDBPyConnection", "DuckDBPyRelation"),
    "h5py": ("File", "Group", "Dataset"),
    "zipfile": ("ZipFile",),
    "tarfile": ("TarFile",),
}


_ASKED = ("__module__", "__qualname__", "__func__", "__dict__", "__wrapped__", "__self__")

_PLAIN: tuple[Any, ...] = (object.__getattribute__, type.__getattribute__, ModuleType.__getattribute__)


def is_hole(value: Any) -> bool:
    """Whether a value is known to have no content, without taking it apart."""
    top = str(type(value).__module__).partition(".")[0]
    held = _is_one_of(value, _WEAK) or _is_one_of(value, _LATE)
    return top in _SCENERY or is_harmless(value) or held


def reads_later(value: Any) -> bool:
    """Whether a value reads files when it is used that were named when it was made."""
    return _is_one_of(value, _LATE) or _is_one_of(value, _OPEN)


def weakly_held(value: Any) -> list[Any]:
    """The classes and functions that a weak container holds: they are there for good, as plug-ins that
    have made themselves known. What else it holds comes and goes."""
    weakref = sys.modules.get("weakref")
    if weakref is None or not _is_one_of(value, _WEAK):
        return []
    if isinstance(value, weakref.ref):
        held = [value()]
    else:
        held = [each for item in value.items() for each in item] if hasattr(value, "items") else list(value)
    return [each for each in held if isinstance(each, type | FunctionType)]


def is_harmless(value: Any) -> bool:
    """Whether no result depends on it: a lock, a logger, a bare `object()` that marks a place."""
    return type(value) is object or _is_one_of(value, _HARMLESS)


def look_refused(value: Any) -> str | None:
    """What is wrong with a value that cannot be asked for its class or its name, in words; None for any
    other. To ask runs its own code where it stands for something else, as settings that nobody has loaded
    yet do, or what is there during a request alone."""
    asked = "__class__"
    try:
        value.__class__  # noqa: B018 - only whether it answers
        if _answers_itself(type(value)):
            for asked in _ASKED:
                getattr(value, asked, None)
    except Exception as error:  # noqa: BLE001 - the user's own code, which may raise anything
        return f"{describe(value)} (asking for its {asked} raised {type(error).__name__}: {error})"
    return None


def _answers_itself(kind: type) -> bool:
    """Whether instances have code of their own for attributes."""
    return hasattr(kind, "__getattr__") or kind.__getattribute__ not in _PLAIN


def describe(value: Any) -> str:
    """What it is, for people: `socket.socket`."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _is_one_of(value: Any, classes: Mapping[str, tuple[str, ...]]) -> bool:
    for module, names in classes.items():
        loaded = sys.modules.get(module)
        if loaded is not None and any(isinstance(value, getattr(loaded, name, ())) for name in names):
            return True
    return False
