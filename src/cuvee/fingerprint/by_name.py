"""By name: values that pickle takes for a global of their module. Where that is the project's, what they
are made of counts as well: `NewType("Id", int)` is another thing than `NewType("Id", str)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.holes import describe
from cuvee.fingerprint.node import Hole

if TYPE_CHECKING:
    from cuvee.fingerprint.encoder import Encoder

# What Python's own type variables and aliases are made of, from 3.12 on without attributes of their own.
_MADE_OF = (
    "__bound__", "__constraints__", "__covariant__", "__contravariant__", "__infer_variance__",
    "__default__", "__value__",
)  # fmt: skip
_MISSING = object()


def encode_named(encoder: Encoder, value: Any, name: str) -> bytes:
    """A value that goes by this name in its module."""
    kind = type(value)
    module = str(getattr(value, "__module__", None) or kind.__module__)
    parts = [encoder.encode(kind), module.encode(), name.encode()]
    if encoder.explorer.origins.of_module(module) == "project":
        parts.append(_content(encoder, value))
    return encoder.join("global", parts)


def _content(encoder: Encoder, value: Any) -> bytes:
    own = getattr(value, "__dict__", None)
    if type(own) is dict:
        return encoder.encode(own)
    try:
        found = [(name, getattr(value, name, _MISSING)) for name in _MADE_OF]
    except Exception:  # noqa: BLE001 - a bound is evaluated when it is asked for, and may raise anything
        found = []
    made_of = [(name, item) for name, item in found if item is not _MISSING]
    if not made_of:
        encoder.node.holes.append(Hole(describe(value), harmless=False))
    return encoder.encode(tuple(made_of))
