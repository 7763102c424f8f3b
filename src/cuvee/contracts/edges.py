"""Annotation against annotation: may what one task gives go where another takes it?

Containers are covariant (a `list[int]` goes where a `list[float]` is wanted): a consumer has a
private copy, so nothing it does can break the producer's promise. What neither this module nor
the type library can judge is accepted: the value's type is checked when it is produced.
"""

from __future__ import annotations

import collections.abc as abc
import typing
from collections import Counter
from functools import lru_cache
from typing import Any, Literal, NewType, Union, get_args, get_origin

from cuvee.contracts.annotation import (
    bare,
    describe,
    is_literal,
    is_named_tuple,
    is_protocol,
    is_union,
    is_unpacked,
    long_name,
    members_of,
    origin_of,
    with_article,
)
from cuvee.contracts.elements import required_keys
from cuvee.contracts.hints import resolved_hints
from cuvee.contracts.libraries import is_subtype
from cuvee.contracts.tower import promoted, stands_for

__all__ = ["describe", "edge_problem"]

_NEVER = (typing.Never, typing.NoReturn)
_BUILT_IN = ("builtins", "collections", "collections.abc", "typing", "types")
_ITEMS_OF: dict[type, Any] = {str: str, bytes: int, bytearray: int, memoryview: int, range: int}


def edge_problem(produced: Any, wanted: Any) -> str | None:
    """Why a value annotated `produced` does not fit where `wanted` is asked for; None where it does.

    "dict[str, float] is not a DataFrame". A missing annotation or Any fits everything. String
    annotations are the caller's to resolve; one that is left counts as missing.
    """
    if produced is wanted:
        return None
    try:
        return _remembered(produced, wanted)
    except TypeError:  # an annotation that cannot be hashed: Annotated[int, {}]
        return _judged(produced, wanted)


def _judged(produced: Any, wanted: Any) -> str | None:
    edge = _Edge()
    wrong = [member for member in members_of(produced) if not edge.fits(member, wanted)]
    if not wrong:
        return None
    whole = wrong[0] if len(members_of(produced)) == 1 else produced
    lead = describe(whole)
    if len(wrong) < len(members_of(produced)):
        lead += f" may be {' | '.join(map(describe, wrong))}, which"
    if describe(whole) == describe(wanted):
        return f"{long_name(whole)} is not {long_name(wanted)}"
    return f"{lead} is not {with_article(wanted)}"


_remembered = lru_cache(maxsize=4096)(_judged)


class _Edge:
    """One comparison. `_pending` holds the pairs being compared, for types that contain themselves."""

    def __init__(self) -> None:
        self._pending: dict[tuple[int, int], tuple[Any, Any]] = {}

    def fits(self, produced: Any, wanted: Any) -> bool:
        pair = (id(produced), id(wanted))
        if produced is wanted or pair in self._pending:
            return True
        self._pending[pair] = (produced, wanted)
        try:
            return self._fits(bare(produced), bare(wanted))
        finally:
            del self._pending[pair]

    def _fits(self, produced: Any, wanted: Any) -> bool:
        if produced is Any or wanted is Any or wanted is object or produced in _NEVER:
            return True
        if is_union(produced):
            return all(self.fits(member, wanted) for member in members_of(produced))
        if is_literal(produced):
            return all(self._literal_fits(value, wanted) for value in get_args(produced))
        if is_union(wanted):
            return any(self.fits(produced, member) for member in members_of(wanted))
        if isinstance(produced, NewType):
            return produced == wanted or self.fits(produced.__supertype__, wanted)
        if is_literal(wanted):
            return produced is bool and {True, False} <= set(get_args(wanted))
        if isinstance(wanted, NewType):
            return False
        return self._class_fits(produced, wanted)

    def _literal_fits(self, value: Any, wanted: Any) -> bool:
        for member in members_of(wanted):
            if is_literal(member):
                if any(type(value) is type(choice) and value == choice for choice in get_args(member)):
                    return True
            elif self.fits(type(value), member):
                return True
        return False

    def _class_fits(self, produced: Any, wanted: Any) -> bool:
        given, asked = origin_of(produced), origin_of(wanted)
        if not isinstance(given, type) or not isinstance(asked, type):
            return is_subtype(produced, wanted)
        if typing.is_typeddict(asked):
            return self._fits_typed_dict(produced, asked)
        if is_protocol(asked):
            return _has_methods(given, asked)
        if not _is_subclass(given, asked):
            return False
        return not get_args(wanted) or self._arguments_fit(produced, wanted)

    def _arguments_fit(self, produced: Any, wanted: Any) -> bool:
        given, asked = origin_of(produced), origin_of(wanted)
        arguments = get_args(wanted)
        if asked is abc.Callable:
            return self._fits_callable(get_args(produced), arguments)
        if asked is tuple:
            return self._fits_tuple(_layout(produced), _layout(wanted))
        if given is asked:
            return self._all_fit(get_args(produced), arguments)
        if _is_generic_of_its_own(given):
            return is_subtype(produced, _widened(wanted))
        if len(arguments) == 2 and issubclass(asked, abc.Mapping):
            return self._all_fit(_key_and_value(produced), arguments)
        if len(arguments) == 1 and issubclass(asked, abc.Iterable | abc.Container):
            return self.fits(_item(produced), arguments[0])
        return not get_args(produced) or is_subtype(produced, _widened(wanted))

    def _all_fit(self, given: tuple[Any, ...], asked: tuple[Any, ...]) -> bool:
        """One by one; what was left bare (`dict`) holds anything."""
        return len(given) != len(asked) or all(map(self.fits, given, asked))

    def _fits_tuple(self, given: tuple[Any, ...] | None, asked: tuple[Any, ...] | None) -> bool:
        if given is None or asked is None or given == (Any, ...):
            return True
        if asked[1:] == (...,):
            return all(self.fits(item, asked[0]) for item in given if item is not ...)
        return ... not in given and len(given) == len(asked) and all(map(self.fits, given, asked))

    def _fits_callable(self, given: tuple[Any, ...], asked: tuple[Any, ...]) -> bool:
        """Results are covariant, parameters contravariant; `...` is any parameters."""
        if len(given) != 2 or len(asked) != 2:
            return True
        if not self.fits(given[1], asked[1]):
            return False
        if not isinstance(given[0], list) or not isinstance(asked[0], list):
            return True
        return len(given[0]) == len(asked[0]) and all(map(self.fits, asked[0], given[0]))

    def _fits_typed_dict(self, produced: Any, wanted: Any) -> bool:
        if not typing.is_typeddict(produced):
            given = origin_of(produced)
            return issubclass(given, abc.Mapping) and self.fits((_key_and_value(produced) or (Any,))[0], str)
        given_hints, asked_hints = resolved_hints(produced), resolved_hints(wanted)
        if not required_keys(wanted) <= required_keys(produced):
            return False
        shared = asked_hints.keys() & given_hints.keys()
        return all(self.fits(given_hints[name], asked_hints[name]) for name in shared)


def _is_subclass(given: type, asked: Any) -> bool:
    try:
        return issubclass(given, asked) or stands_for(given, asked)
    except TypeError:  # a metaclass that refuses to say
        return True


def _has_methods(given: type, protocol: type) -> bool:
    """Whether a class has the methods that a protocol declares; attributes may be set by instances."""
    for base in protocol.__mro__:
        if not is_protocol(base) or base is typing.Protocol:
            continue
        for name, member in vars(base).items():
            if callable(member) and name not in _NOT_DECLARED and not hasattr(given, name):
                return False
    return True


class _Empty(typing.Protocol):
    attribute: int


# What a protocol class carries without declaring it.
_NOT_DECLARED = {*vars(_Empty), "__class_getitem__", "__hash__", "__new__", "__init__"}


def _is_generic_of_its_own(given: type) -> bool:
    """A class whose bases say what its items are: `class Scores(list[float])`."""
    if given.__module__ in _BUILT_IN or typing.is_typeddict(given) or is_named_tuple(given):
        return False
    return hasattr(given, "__orig_bases__")


def _layout(annotation: Any) -> tuple[Any, ...] | None:
    """A tuple's items, `(X, ...)` for one of any length; None where it cannot be told."""
    if is_named_tuple(origin_of(annotation)):
        hints = resolved_hints(origin_of(annotation))
        return tuple(hints.get(name, Any) for name in origin_of(annotation)._fields)
    if annotation is tuple:
        return (Any, ...)
    arguments = get_args(annotation)
    return arguments if get_origin(annotation) is tuple and not any(map(is_unpacked, arguments)) else None


def _key_and_value(annotation: Any) -> tuple[Any, ...]:
    if typing.is_typeddict(annotation):
        return (str, Any)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Counter):
        return (*arguments, int)
    return arguments if isinstance(origin, type) and issubclass(origin, abc.Mapping) else ()


def _item(annotation: Any) -> Any:
    """What iterating over such a value gives; Any where it cannot be told."""
    origin = origin_of(annotation)
    if issubclass(origin, tuple):
        items = tuple(item for item in _layout(annotation) or () if item is not ...)
        return Union[items] if items else Any  # noqa: UP007 - from a tuple
    if typing.is_typeddict(annotation):
        return str
    arguments = get_args(annotation)
    if arguments and origin.__module__ in _BUILT_IN:
        return arguments[0]
    return next((_ITEMS_OF[base] for base in origin.__mro__ if base in _ITEMS_OF), Any)


def _widened(annotation: Any) -> Any:
    """The annotation with every number replaced by all that the numeric tower lets pass for it."""
    if isinstance(annotation, type) and promoted(annotation):
        return Union[(annotation, *promoted(annotation))]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None or origin is Literal or not hasattr(origin, "__class_getitem__"):
        return annotation
    return origin[tuple(_widened(argument) for argument in arguments)]
