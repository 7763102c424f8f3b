"""Annotations made real: names in them looked up where they were written.

One that cannot be resolved (imported for type checkers only, say) is Any; the others stand.
"""

from __future__ import annotations

import sys
import typing
from typing import Any


def resolved_hints(owner: Any) -> dict[str, Any]:
    """The annotations of a function or class by name, Annotated kept; "return" is a function's result.

    Of a class, those of its bases too. What evaluating an annotation raises makes that one Any.
    """
    names = _closure_names(owner)
    try:
        return typing.get_type_hints(owner, localns=names, include_extras=True)
    except Exception:  # noqa: BLE001 - evaluating the user's text can raise anything; each gets its own try below
        return _one_by_one(owner, names)


def _one_by_one(owner: Any, names: dict[str, Any] | None) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for holder in reversed(owner.__mro__) if isinstance(owner, type) else (owner,):
        for name, annotation in _raw_annotations(holder).items():
            hints[name] = _resolved(annotation, _globals_of(holder), names)
    return hints


def _resolved(annotation: Any, known: dict[str, Any], names: dict[str, Any] | None) -> Any:
    single = type("_Single", (), {"__annotations__": {"it": annotation}})
    try:
        return typing.get_type_hints(single, known, names, include_extras=True)["it"]
    except Exception:  # noqa: BLE001 - as above: an annotation that cannot be had says nothing
        return Any


def _raw_annotations(holder: Any) -> dict[str, Any]:
    try:
        if sys.version_info >= (3, 14):
            import annotationlib

            return annotationlib.get_annotations(holder, format=annotationlib.Format.FORWARDREF)
        import inspect  # only where an annotation cannot be resolved

        return inspect.get_annotations(holder)
    except TypeError:  # a callable object has none of its own
        return {}


def _globals_of(holder: Any) -> dict[str, Any]:
    if isinstance(holder, type):
        return getattr(sys.modules.get(holder.__module__), "__dict__", {})
    import inspect

    return getattr(inspect.unwrap(holder), "__globals__", {})


def _closure_names(owner: Any) -> dict[str, Any] | None:
    """What an inner function has captured: its annotations may name it too."""
    cells = getattr(owner, "__closure__", None)
    if not cells:
        return None
    names = {}
    for name, cell in zip(owner.__code__.co_freevars, cells, strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return names
