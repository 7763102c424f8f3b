"""Values as JSON holds them: a number that it lacks (NaN, an infinity) is null, and a value that it
cannot hold is named by its digest and its type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from cuvee.codecs.plain import decode_plain
from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.digest import digest_text
from cuvee.model.record import Argued, ResultItem

Load = Callable[[Artifact], Any]
"""Gives the value of an artifact. It is asked for values alone that JSON may hold, never for a frame."""

# The codecs of what JSON may hold: plain values, and containers whose elements are told one by one.
_PLAIN, _COMPOSITE = "plain", "composite"
_NUMPY_NUMBER = re.compile(r"numpy\.(u?int\d+|float(16|32|64)|bool_?)")


class _NotJson(Exception):
    """The value is one that JSON cannot hold as it is."""


def result_report(item: ResultItem, load: Load) -> Any:
    """A pipeline's result as JSON holds it; null when there is none."""
    if item.kind == "artifact" and item.artifact is not None:
        return _value(item.artifact, load)
    if item.kind in ("list", "tuple"):
        return [result_report(part, load) for part in item.items]
    if item.kind == "dict":
        return {name: result_report(part, load) for name, part in zip(item.names, item.items, strict=True)}
    return None


def parameter_report(argued: Argued, load: Load) -> Any:
    """A parameter's value where JSON holds it, else its text."""
    if argued.artifact is None or not is_cheap(argued.artifact):
        return argued.text
    try:
        return _json(load(argued.artifact))
    except (_NotJson, CannotDecode, DamagedBlob):
        return argued.text


def number(value: float) -> float | None:
    """A number as JSON holds it: NaN and the infinities are null."""
    return value if math.isfinite(value) else None


def _value(artifact: Artifact, load: Load) -> Any:
    """A value as JSON holds it, else its digest and type; a container is looked at element by element."""
    try:
        if artifact.codec == _COMPOSITE:
            return _elements(artifact, load)
        if is_cheap(artifact):
            return _json(load(artifact))
    except (_NotJson, CannotDecode, DamagedBlob):
        pass  # what it is called by below is the answer
    return {"digest": digest_text(artifact.digest), "type": artifact.type}


def is_cheap(artifact: Artifact) -> bool:
    """Whether it is a plain value or a number, which JSON may hold and which costs nothing to load."""
    return artifact.codec == _PLAIN or (
        artifact.codec == "numpy" and _NUMPY_NUMBER.fullmatch(artifact.type) is not None
    )


def _elements(artifact: Artifact, load: Load) -> Any:
    """The elements by name where they have names, else in order. Raises _NotJson for other keys than text."""
    items = [_value(child, load) for _, child in artifact.children]
    names = [name for name, _ in artifact.children]
    if artifact.type == "dict":
        # Elements are called by position where keys are not text, and only the keys tell that.
        if list(decode_plain(artifact.meta)[3]) != names:
            raise _NotJson
        return dict(zip(names, items, strict=True))
    return dict(zip(names, items, strict=True)) if all(map(str.isidentifier, names)) else items


def _json(value: Any) -> Any:
    """The value with nothing in it that JSON lacks. Raises _NotJson."""
    if isinstance(value, float):
        return number(float(value))
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value).__module__ == "numpy":
        return _json(value.item())
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _json(item) for key, item in value.items()}
    raise _NotJson
