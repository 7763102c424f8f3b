"""The elements of a result that are artifacts of their own, as its annotation names them."""

from __future__ import annotations

import collections.abc as abc
import typing
from functools import lru_cache
from typing import Any, Union, get_args, get_origin

from cuvee.contracts.annotation import bare, is_named_tuple, is_unpacked, members_of, origin_of, substituted
from cuvee.contracts.hints import resolved_hints


def elements_of(annotation: Any) -> tuple[str, ...] | None:
    """The names of the elements: "0", "1" of a tuple of known length, else the fields.

    Of a NamedTuple, a dataclass and a TypedDict (all its keys, required or not) they are the
    fields' names. None for every other annotation, a union included.
    """
    annotation = bare(annotation)
    items = fixed_items(annotation)
    if items is not None:
        return tuple(map(str, range(len(items))))
    owner = origin_of(annotation)
    if is_named_tuple(owner):
        return tuple(owner._fields)
    if isinstance(owner, type) and _is_dataclass(owner):
        return tuple(field.name for field in _dataclass_fields(owner))
    return tuple(_field_hints(owner)) if typing.is_typeddict(owner) else None


def element_annotation(annotation: Any, name: str) -> Any:
    """The annotation of the element of that name; Any if it has none. Raises KeyError for an unknown name."""
    annotation = bare(annotation)
    if name not in (elements_of(annotation) or ()):
        raise KeyError(name)
    items = fixed_items(annotation)
    if items is not None:
        return items[int(name)]
    owner = origin_of(annotation)
    hint = _field_hints(owner).get(name, Any)
    given = dict(zip(getattr(owner, "__parameters__", ()), get_args(annotation), strict=False))
    return substituted(hint, given)


def item_annotation(annotation: Any) -> Any | None:
    """What each item of an iterable of that annotation is; None for what is not one to map over.

    Any for a bare `list` and where nothing is known. Strings, mappings and arrays are not
    mapped over: their items are no artifacts.
    """
    annotation = bare(annotation)
    if annotation is Any:
        return Any
    origin, arguments = origin_of(annotation), get_args(annotation)
    items = fixed_items(annotation)
    if items:
        return Union[items]  # noqa: UP007 - from a tuple
    if origin is range:
        return int
    if origin not in _ITERABLES:
        return None
    return arguments[0] if arguments else Any


def entry_annotation(annotation: Any, key: Any) -> Any:
    """What stands at `key` (a position, or a dict's key) in a container of that annotation.

    For containers written in a pipeline's body, `{"a": handle}`: a dict's value, a TypedDict's
    field, a tuple's item. Any where the annotation says nothing of it.
    """
    for member in members_of(annotation):
        names = elements_of(member)
        if names is not None and str(key) in names:
            return element_annotation(member, str(key))
        origin, arguments = origin_of(member), get_args(member)
        if isinstance(origin, type) and issubclass(origin, abc.Mapping) and len(arguments) == 2:
            return arguments[1]
        if names is None and item_annotation(member) is not None:
            return item_annotation(member)
    return Any


def fixed_items(annotation: Any) -> tuple[Any, ...] | None:
    """The items' annotations of a `tuple[A, B]`; None for any other annotation."""
    if get_origin(annotation) is not tuple:
        return None
    items = get_args(annotation)
    return None if ... in items or any(map(is_unpacked, items)) else items


@lru_cache(maxsize=1024)
def none_by_default(kind: Any) -> frozenset[str]:
    """The fields that are None when not given: None is fine in them, whatever their annotation."""
    if is_named_tuple(kind):
        defaults: dict[str, Any] = kind._field_defaults
        return frozenset(name for name, default in defaults.items() if default is None)
    return frozenset(field.name for field in _dataclass_fields(kind) if field.default is None)


def required_keys(typed_dict: Any) -> frozenset[str]:
    """The keys that a TypedDict must have. (Its own list is wrong where annotations are postponed.)"""
    said = {name: get_origin(hint) for name, hint in _field_hints(typed_dict).items()}
    return frozenset(
        name
        for name, wrapper in said.items()
        if wrapper is typing.Required
        or (wrapper is not typing.NotRequired and name in typed_dict.__required_keys__)
    )


_ITERABLES = {
    *(list, tuple, set, frozenset),
    *(abc.Iterable, abc.Iterator, abc.Generator, abc.Collection, abc.Reversible),
    *(abc.Sequence, abc.MutableSequence, abc.Set, abc.MutableSet),
}

has_fields: abc.Callable[[Any], bool] = lru_cache(maxsize=1024)(
    lambda kind: _is_dataclass(kind) or is_named_tuple(kind)
)
"""Whether a class is a NamedTuple or a dataclass."""

_field_hints = lru_cache(maxsize=1024)(resolved_hints)


def _is_dataclass(kind: Any) -> bool:
    # As `dataclasses.is_dataclass` has it, which takes a millisecond to import.
    return hasattr(kind, "__dataclass_fields__")


def _dataclass_fields(kind: Any) -> tuple[Any, ...]:
    import dataclasses  # it is there where somebody has one

    return dataclasses.fields(kind)
