"""Chance: whether a call may draw random numbers, so that its seed counts. In doubt it may.

A call that may not is neither seeded otherwise nor keyed otherwise, whatever the seed: reusing it
is right even where this is wrong.
"""

from __future__ import annotations

from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_parts
from cuvee.model.key import Component, Ledger
from cuvee.model.order import Live, Payload, artifacts_in
from cuvee.model.secret import Secret

# A package may draw, or build on one that does: only its own source could tell.
_DRAWING = ("generator", "distribution")

# What is kept like this, and is of one of these types, is data without code of its own.
_CODECS = frozenset({"plain", "bytes", "file"})
_TYPES = frozenset(
    [
        *("NoneType", "bool", "int", "float", "complex", "str", "bytes", "bytearray"),
        *("list", "tuple", "dict", "set", "frozenset", "range"),
        *("date", "datetime", "time", "timedelta", "Decimal", "Fraction", "UUID", "PosixPath", "File"),
    ]
)


def code_may_draw(code: Ledger) -> bool:
    """Whether code may lead to a random generator."""
    return bool(code.doubts) or any(item.kind in _DRAWING for item in code.items)


def value_may_draw(payload: Payload) -> bool:
    """Whether an argument may: a model, a frame, whatever has methods from elsewhere."""
    if type(payload) is Artifact:
        return not (payload.codec == "plain" and payload.type in _TYPES) and not _is_data(payload)
    if isinstance(payload, Live):
        return not isinstance(payload.value, Secret)
    return any(not _is_data(artifact) for artifact in artifacts_in(payload))


def seed_component(seed: int) -> Component:
    """What stands for a seed in a key."""
    return Component("chance", "", digest_parts("run seed", [str(seed).encode()]), str(seed))


def _is_data(artifact: Artifact) -> bool:
    type_ = artifact.type
    if type_ not in _TYPES and type_.rpartition(".")[2] not in _TYPES:
        return False
    if artifact.codec == "composite":
        return all(_is_data(child) for _, child in artifact.children)
    return artifact.codec in _CODECS
