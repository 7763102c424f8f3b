"""The forms in which values of a type are typed: one word, a choice, item by item, a file, JSON."""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import typing
from enum import Enum
from types import GenericAlias, NoneType
from typing import Any, NewType, get_args

import msgspec

from cuvee.authoring.declared_parameters import MISSING
from cuvee.cli.files import is_read_from_file
from cuvee.cli.scalars import scalar_of
from cuvee.contracts.annotation import bare, is_literal, is_named_tuple, is_union, members_of, origin_of
from cuvee.contracts.elements import fixed_items
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.secret import Secret

COLLECTIONS: dict[Any, type] = {
    **{kind: kind for kind in (list, tuple, set, frozenset)},
    **dict.fromkeys((abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable), list),
    **dict.fromkeys((abc.Set, abc.MutableSet), set),
}
"""What is given item by item, and the class that is made of the items."""


def effective_annotation(annotation: Any, default: Any) -> Any:
    """The annotation, wrappings off; where there is none, the default's class; text where neither is."""
    annotation = bare(annotation)
    while isinstance(annotation, NewType):
        annotation = bare(annotation.__supertype__)
    if annotation is not Any and annotation is not object:
        return annotation
    if default is MISSING or default is None:
        return str
    kinds = {type(item) for item in default} if type(default) in (list, set, frozenset) else set()
    return GenericAlias(type(default), kinds.pop()) if len(kinds) == 1 else type(default)


def is_collection(annotation: Any) -> bool:
    """Whether values are given item by item, by repeating the flag: a list, tuple or set."""
    return origin_of(annotation) in COLLECTIONS


def collection_in(annotation: Any) -> Any:
    """The collection that an annotation is, or is beside None; None if it is no collection."""
    found = [member for member in members_of(annotation) if member is not NoneType]
    return found[0] if len(found) == 1 and is_collection(found[0]) else None


def metavar_of(annotation: Any) -> str:
    """What help shows in place of a value: `INTEGER`, `[red|white]`, `FILE`."""
    annotation = effective_annotation(annotation, MISSING)
    if is_union(annotation):
        members = dict.fromkeys(metavar_of(member) for member in members_of(annotation))
        return "|".join(sorted(members, key=lambda name: name == "none"))
    choices = choices_of(annotation)
    if choices:
        return f"[{'|'.join(choices)}]"
    if is_collection(annotation):
        items = dict.fromkeys(map(metavar_of, item_annotations(annotation)))
        return "|".join(items) if len(items) == 1 else "JSON"
    return _class_metavar(annotation)


def _class_metavar(annotation: Any) -> str:
    scalar = scalar_of(annotation)
    if scalar is not None:
        return scalar.metavar
    if annotation is NoneType:
        return "none"
    if annotation is Secret:
        return "env:NAME|file:PATH"
    if annotation is File or is_read_from_file(annotation):
        return "FILE"
    if annotation is Directory:
        return "DIR"
    return "JSON" if has_json_form(annotation) else "@RUN:CALL"


def choices_of(annotation: Any) -> dict[str, Any]:
    """The values of a Literal or an Enum by the text that names each; empty for any other annotation."""
    if is_literal(annotation):
        return {_choice_text(value): value for value in get_args(annotation)}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return dict(annotation.__members__)
    return {}


def _choice_text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return value.name if isinstance(value, Enum) else str(value)


def item_annotations(annotation: Any) -> tuple[Any, ...]:
    """What the items of a collection are: each of a `tuple[A, B]`, one for all of any other."""
    fixed = fixed_items(annotation)
    arguments = get_args(annotation)
    return fixed or ((arguments[0],) if arguments else (str,))


def has_json_form(annotation: Any) -> bool:
    """Whether values can be written as JSON: dicts, dataclasses and the like."""
    origin = origin_of(annotation)
    if not isinstance(origin, type):
        return False
    return (
        issubclass(origin, abc.Mapping | msgspec.Struct)
        or is_collection(annotation)
        or dataclasses.is_dataclass(origin)
        or is_named_tuple(origin)
        or typing.is_typeddict(origin)
    )


def holds_secret(annotation: Any) -> bool:
    """Whether a secret is, or is in, what is given."""
    return annotation is Secret or any(map(holds_secret, get_args(annotation)))
