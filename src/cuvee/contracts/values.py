"""Value against annotation: what a task gave, or was given, is of the type that was promised.

Exact classes first, then builtin containers item by item, and a type library only for what is
left (protocols, callables, classes as values). Items whose type is a class or a union of classes
are all checked, by the set of their classes; of others (a list of lists) the first `ITEM_CAP` of
a value, so that checking stays cheaper than storing.
"""

from __future__ import annotations

import collections
import collections.abc as abc
import typing
from functools import lru_cache
from itertools import islice
from typing import Any, NewType, get_args

from cuvee.contracts.annotation import (
    bare,
    describe,
    is_literal,
    is_plain_class,
    is_union,
    long_name,
    members_of,
    origin_of,
    with_article,
)
from cuvee.contracts.arrays import array_complaint
from cuvee.contracts.elements import (
    element_annotation,
    elements_of,
    fixed_items,
    has_fields,
    none_by_default,
    required_keys,
)
from cuvee.contracts.libraries import value_complaint
from cuvee.contracts.narrowing import columns_of
from cuvee.contracts.tower import stands_for

ITEM_CAP = 100_000
"""How many items that need more than a look at their class are checked in one value."""

_WALKED = (list, tuple, set, frozenset, collections.deque, range, str, bytes, bytearray)
_MISSING = object()

# Where in the value, innermost place first, and what is wrong there: (("item 2",), "is a str, not an int").
_Finding = tuple[tuple[str, ...], str]
_Look = abc.Callable[[Any, Any, "_Walk"], _Finding | None]


def value_problem(value: Any, annotation: Any) -> str | None:
    """Why `value` is not what `annotation` says; None if it is.

    A clause: "it is a str, not an int", "item 3 is a str, not an int", "the value of 'rmse' is
    None, not a float". The numeric tower is that of PEP 484 (an int does for a float, a bool for
    an int), and numpy's scalars do for the numbers that they stand for. Iterators are not consumed.
    """
    if type(value) is annotation and not has_fields(annotation):
        return None
    finding = _Walk().find(value, annotation)
    if finding is None:
        return None
    places, complaint = finding
    return f"{' of '.join(places) or 'it'} {complaint}"


class _Walk:
    """A walk through one value: how many items it may still look into, and what it is inside of."""

    def __init__(self) -> None:
        self.left = ITEM_CAP
        self._around: set[int] = set()

    def find(self, value: Any, annotation: Any) -> _Finding | None:
        """What is wrong with a value, or a part of one."""
        try:
            annotation, kind, look = _plan_for(annotation)
        except TypeError:  # an annotation that cannot be hashed: Annotated[int, {}]
            annotation, kind, look = _plan_for.__wrapped__(annotation)
        if kind is None:
            return look(value, annotation, self) if look else None
        if not _is_instance(value, kind):
            return _wrong_class(value, annotation)
        return self._inside(value, annotation, look) if look else None

    def _inside(self, value: Any, annotation: Any, look: _Look) -> _Finding | None:
        """Look inside, unless that is where we come from: a value may contain itself."""
        if id(value) in self._around:
            return None
        self._around.add(id(value))
        try:
            return look(value, annotation, self)
        finally:
            self._around.discard(id(value))

    def parts(self, parts: abc.Iterable[tuple[str, Any, Any]]) -> _Finding | None:
        """The first finding in parts that each have a name and an annotation."""
        for place, part, wanted in parts:
            finding = self.find(part, wanted)
            if finding:
                return (*finding[0], place), finding[1]
        return None


@lru_cache(maxsize=1024)
def _plan_for(annotation: Any) -> tuple[Any, type | None, _Look | None]:
    """How values are checked: the annotation laid bare, the class they must be of, what looks into them."""
    if columns_of(annotation) is not None and not is_union(annotation):
        return annotation, None, _in_frame
    annotation = bare(annotation)
    if annotation is Any or annotation is object:
        return annotation, None, None
    if is_union(annotation):
        return annotation, None, _in_union
    if is_literal(annotation):
        return annotation, None, _in_literal
    if isinstance(annotation, NewType):
        return annotation, None, _in_new_type
    origin = origin_of(annotation)
    if typing.is_typeddict(origin):
        return annotation, dict, _in_typed_dict
    if not is_plain_class(origin):
        return annotation, None, _ask_library
    return annotation, origin, _look_for(annotation)


def _look_for(annotation: Any) -> _Look | None:
    """What looks into instances of a class; None where the class says it all."""
    origin = origin_of(annotation)
    if has_fields(origin):
        return _in_fields
    if not get_args(annotation):
        return None
    if origin is tuple:
        return _in_tuple
    if origin is type or origin is abc.Callable:
        return _ask_library
    if origin.__name__ == "ndarray":
        return _in_array
    return _in_container if issubclass(origin, abc.Container | abc.Iterable) else None


def _in_union(value: Any, annotation: Any, walk: _Walk) -> _Finding | None:
    members = members_of(annotation)
    if any(type(value) is member and not has_fields(member) for member in members):
        return None
    findings = [walk.find(value, member) for member in members]
    if None in findings:
        return None
    inner = [finding for finding in findings if finding and finding[0]]
    # Where one member alone is of the value's own kind, what is wrong inside it says more.
    return inner[0] if len(inner) == 1 else _wrong_class(value, annotation)


def _in_new_type(value: Any, annotation: Any, walk: _Walk) -> _Finding | None:
    return walk.find(value, annotation.__supertype__)


def _in_literal(value: Any, annotation: Any, _walk: _Walk) -> _Finding | None:
    choices = get_args(annotation)
    if any(type(value) is type(choice) and value == choice for choice in choices):
        return None
    listed = ", ".join(map(repr, choices))
    return (), f"is {_shown(value)}, not {listed if len(choices) == 1 else f'one of {listed}'}"


def _in_frame(value: Any, annotation: Any, walk: _Walk) -> _Finding | None:
    """A frame that is to have some columns: of the class that is wanted, and it has them."""
    finding = walk.find(value, bare(annotation))
    if finding or value is None:
        return finding
    from cuvee.codecs.narrowed import columns_problem

    columns = columns_of(annotation)
    assert columns is not None
    problem = columns_problem(value, columns.names)
    return ((), problem) if problem else None


def _in_array(value: Any, annotation: Any, _walk: _Walk) -> _Finding | None:
    complaint = array_complaint(value, get_args(annotation))
    return ((), complaint) if complaint else None


def _in_container(value: Any, annotation: Any, walk: _Walk) -> _Finding | None:
    arguments = get_args(annotation)
    if isinstance(value, dict):
        return _in_mapping(value, arguments, walk)
    if isinstance(value, _WALKED) and len(arguments) == 1:
        return _in_items(value, arguments[0], walk)
    return None


def _in_mapping(value: dict[Any, Any], arguments: tuple[Any, ...], walk: _Walk) -> _Finding | None:
    finding = _in_items(value, arguments[0], walk)
    if finding or len(arguments) != 2:
        return finding
    keys = value.keys()
    return _in_items(value.values(), arguments[1], walk, lambda at: f"the value of {_shown(_nth(keys, at))}")


def _in_tuple(value: tuple[Any, ...], annotation: Any, walk: _Walk) -> _Finding | None:
    wanted = fixed_items(annotation)
    if wanted is None:
        arguments = get_args(annotation)
        return _in_items(value, arguments[0], walk) if arguments[1:] == (...,) else None
    if len(value) != len(wanted):
        return (), f"has {len(value)} {'item' if len(value) == 1 else 'items'}, not {len(wanted)}"
    return walk.parts((f"item {index}", item, wanted[index]) for index, item in enumerate(value))


def _in_items(
    items: abc.Collection[Any], wanted: Any, walk: _Walk, name: abc.Callable[[int], str] | None = None
) -> _Finding | None:
    """The first wrong item, called by its position, or by itself where it has none."""
    suspects = _suspects(items, wanted)
    if suspects is not None and not suspects:
        return None
    for index, item in enumerate(items):
        if suspects is None:
            walk.left -= 1
            if walk.left < 0:
                return None
        elif type(item) not in suspects:
            continue
        finding = walk.find(item, wanted)
        if finding:
            place = name(index) if name else _place(items, index, item)
            return (*finding[0], place), finding[1]
    return None


def _suspects(items: abc.Collection[Any], wanted: Any) -> set[type] | None:
    """The classes among the items that are wrong; None where a class alone doesn't tell."""
    try:
        classes = _classes_of(wanted)
    except TypeError:  # as above: not hashable
        return None
    if classes is None:
        return None
    return {kind for kind in set(map(type, items)) if not _does(kind, classes)}


@lru_cache(maxsize=1024)
def _classes_of(annotation: Any) -> tuple[type, ...] | None:
    """The members of a class or union of classes whose instances need no look inside; else None."""
    members = members_of(annotation)
    plain = all(is_plain_class(member) and member is not Any and not has_fields(member) for member in members)
    return members if plain else None


def _in_typed_dict(value: Any, annotation: Any, walk: _Walk) -> _Finding | None:
    names = elements_of(annotation) or ()
    required = required_keys(origin_of(annotation))
    for name in names:
        if name in required and name not in value:
            return (), f"has no {name!r}, which {describe(annotation)} has"
    for key in value:
        if key not in names:
            return (), f"has {_shown(key)}, which {describe(annotation)} has not"
    return walk.parts(
        (f"the value of {key!r}", item, element_annotation(annotation, key)) for key, item in value.items()
    )


def _in_fields(value: Any, annotation: Any, walk: _Walk) -> _Finding | None:
    """Each field of a NamedTuple or dataclass: an artifact of its own, with its own annotation."""
    fields = ((name, getattr(value, name, _MISSING)) for name in elements_of(annotation) or ())
    unset = none_by_default(origin_of(annotation))
    return walk.parts(
        (f".{name}", field, element_annotation(annotation, name))
        for name, field in fields
        if field is not _MISSING and not (field is None and name in unset)
    )


def _ask_library(value: Any, annotation: Any, _walk: _Walk) -> _Finding | None:
    complaint = value_complaint(value, annotation)
    return ((), complaint) if complaint else None


def _wrong_class(value: Any, annotation: Any) -> _Finding:
    given = type(value)
    if describe(given) == describe(annotation):
        return (), f"is a {long_name(given)}, not a {long_name(annotation)}"
    return (), f"is {with_article(given)}, not {with_article(annotation)}"


def _is_instance(value: Any, wanted: type) -> bool:
    try:
        return isinstance(value, wanted) or stands_for(type(value), wanted)
    except TypeError:  # a metaclass that refuses to say
        return True


def _does(kind: type, classes: tuple[type, ...]) -> bool:
    return issubclass(kind, classes) or any(stands_for(kind, wanted) for wanted in classes)


def _place(items: abc.Collection[Any], index: int, item: Any) -> str:
    if isinstance(items, dict):
        return f"the key {_shown(item)}"
    return f"the item {_shown(item)}" if isinstance(items, abc.Set) else f"item {index}"


def _nth(items: abc.Collection[Any], index: int) -> Any:
    return next(islice(items, index, None))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
