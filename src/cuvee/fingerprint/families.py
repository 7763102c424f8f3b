"""Families: kinds of values whose content is not what pickle would make of them."""

from __future__ import annotations

import enum
import functools
import importlib
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.contexts import encode_context
from cuvee.fingerprint.holes import describe
from cuvee.fingerprint.node import Hole

if TYPE_CHECKING:
    from cuvee.fingerprint.encoder import Encoder

_COMPILED = "cython_function_or_method"
_LRU_CACHE = type(functools.lru_cache(maxsize=1)(len))


def unwatched(value: Any) -> Any:
    """What a watching stand-in stands for; anything else as it is."""
    return value.function if getattr(type(value), "watched", False) is True else value


def unwrapped(value: Any) -> Any:
    """The function of a task or a pipeline, what a stand-in stands for; anything else as it is."""
    while str(type(value).__module__).startswith("cuvee."):
        inner = getattr(value, "function", None)
        if inner is None:
            break
        value = inner
    return value


def encode_family(encoder: Encoder, value: Any) -> bytes | None:
    """The bytes of a value of one of the families; None for any other."""
    if isinstance(value, enum.Enum):
        return encoder.join(
            "member",
            [encoder.encode(type(value)), value.name.encode() if value.name else encoder.encode(value.value)],
        )
    inner = unwrapped(value)
    if inner is not value:
        encoder.node.runs |= unwatched(value) is value
        return encoder.encode(inner)
    found = _of_library(encoder, value) or encode_context(encoder, value)
    if found is not None:
        return found
    if _is_named(encoder, value):
        return encoder.explorer.foreign(value, encoder.node)
    if _is_wrapper(encoder, value):
        return _wrapper(encoder, value)
    return None


def _is_named(encoder: Encoder, value: Any) -> bool:
    """Whether a value is a function of compiled code, or what its module has under its name."""
    if not callable(value) or not isinstance(getattr(value, "__qualname__", None), str):
        return False
    return type(value).__name__ == _COMPILED or encoder.explorer.leads_back(value)


def _is_wrapper(encoder: Encoder, value: Any) -> bool:
    """Whether a value is a callable object of foreign code around a function of the project."""
    own = getattr(value, "__dict__", None)
    inner = own.get("__wrapped__") if type(own) is dict else None
    return (
        callable(value) and inner is not None and encoder.explorer.origins.of_class(type(value)) != "project"
    )


def _wrapper(encoder: Encoder, value: Any) -> bytes:
    """A callable object around a function, as `lru_cache` and compilers make them.

    What it has cached or compiled is not its content; how it was asked for is in the statement
    that made it.
    """
    kind = type(value)
    outer, encoder.exposed = encoder.exposed, encoder.exposed or encoder.explorer.exposes(kind)
    parts = [encoder.encode(kind), encoder.encode(value.__wrapped__)]
    encoder.exposed = outer
    if kind is _LRU_CACHE:
        parts.append(encoder.encode(value.cache_parameters()))
    else:
        encoder.node.holes.append(Hole(describe(value), harmless=False))
    return encoder.join("wrapper", parts)


# The library of a value's class, or of one of its bases → who knows its values, and where that is.
_LIBRARIES = {
    "numpy": ("cuvee.fingerprint.arrays", "encode_numpy"),
    "scipy": ("cuvee.fingerprint.arrays", "encode_sparse"),
    "pandas": ("cuvee.fingerprint.tables", "encode_pandas"),
    "polars": ("cuvee.fingerprint.tables", "encode_polars"),
    "pyarrow": ("cuvee.fingerprint.arrow", "encode_arrow"),
}


def _of_library(encoder: Encoder, value: Any) -> bytes | None:
    """The bytes of an array, a table and the like; its library has been imported, as it is there."""
    for cls in type(value).__mro__[:-1]:
        home = _LIBRARIES.get(str(cls.__module__).partition(".")[0])
        if home is not None:
            encode = getattr(importlib.import_module(home[0]), home[1])
            return encode(encoder, value)  # type: ignore[no-any-return]
    return None
