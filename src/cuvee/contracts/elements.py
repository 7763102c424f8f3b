"""The elements of a result that are artifacts of their own, as its annotation names them."""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import typing
from typing import Any, Union, get_args, get_origin

from cuvee.contracts.annotation import bare, is_named_tuple, is_unpacked, origin_of
from cuvee.contracts.hints import resolved_hints


def elements_of(annotation: Any) -> tuple[str, ...] | None:
    """The names of the elements: "0", "1" of a tuple of known length, else the fields.

    Of a NamedTuple, a dataclass and a TypedDict (all its keys, required or not) they are the
    fields' names. None for every other annotation, a union included.
    """
    annotation = bare(annotation)
    items = _fixed_items(annotation)
    if items is not None:
        return tuple(map(str, range(len(items))))
    owner = origin_of(annotation)
    if is_named_tuple(owner):
        return tuple(owner._fields)
    if isinstance(owner, type) and dataclasses.is_dataclass(owner):
        return tuple(field.name for field in dataclasses.fields(owner))
    return tuple(resolved_hints(owner)) if typing.is_typeddict(owner) else None


def element_annotation(annotation: Any, name: str) -> Any:
    """The annotation of the element of that name; Any if it has none. Raises KeyError for an unknown name."""
    annotation = bare(annotation)
    if name not in (elements_of(annotation) or ()):
        raise KeyError(name)
    items = _fixed_items(annotation)
    if items is not None:
        return items[int(name)]
    owner = origin_of(annotation)
    hint = resolved_hints(owner).get(name, Any)
    given = dict(zip(getattr(owner, "__parameters__", ()), get_args(annotation), strict=False))
    return _substituted(hint, given)


def item_annotation(annotation: Any) -> Any | None:
    """What each item of an iterable of that annotation is; None for what is not one to map over.

    Any for a bare `list` and where nothing is known. Strings, mappings and arrays are not
    mapped over: their items are no artifacts.
    """
    annotation = bare(annotation)
    if annotation is Any:
        return Any
    origin, arguments = origin_of(annotation), get_args(annotation)
    items = _fixed_items(annotation)
    if items:
        return Union[items]  # noqa: UP007 - from a tuple
    if origin is range:
        return int
    if origin not in _ITERABLES:
        return None
    return arguments[0] if arguments else Any


_ITERABLES = {
    *(list, tuple, set, frozenset),
    *(abc.Iterable, abc.Iterator, abc.Generator, abc.Collection, abc.Reversible),
    *(abc.Sequence, abc.MutableSequence, abc.Set, abc.MutableSet),
}


def _fixed_items(annotation: Any) -> tuple[Any, ...] | None:
    if get_origin(annotation) is not tuple:
        return None
    items = get_args(annotation)
    return None if ... in items or any(map(is_unpacked, items)) else items


def _substituted(hint: Any, given: dict[Any, Any]) -> Any:
    if hint in given:
        return given[hint]
    parameters = getattr(hint, "__parameters__", ())
    if not parameters or not given:
        return hint
    return hint[tuple(given.get(parameter, parameter) for parameter in parameters)]
