"""Text as a value of the type that a parameter takes: what follows a flag, or the `=` of `--set`.

`@12:train` is a value by reference for a parameter of any type (`@@` stands for a plain `@`), and
so is a tag (`@champion`; `champion` where no value of the type is written as text),
`none` is None where the type has it, and what has no form of its own is written as JSON.
"""

from __future__ import annotations

import collections.abc as abc
import json
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any

import msgspec

from cuvee.authoring.declared_parameters import MISSING
from cuvee.cli.files import is_read_from_file, read_data, read_directory, read_file, read_secret
from cuvee.cli.forms import (
    COLLECTIONS,
    choices_of,
    collection_in,
    effective_annotation,
    has_json_form,
    holds_secret,
    is_collection,
    item_annotations,
)
from cuvee.cli.scalars import Scalar, scalar_of
from cuvee.contracts.annotation import describe, is_union, members_of, origin_of, with_article
from cuvee.contracts.elements import fixed_items
from cuvee.errors import ParameterError
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.secret import Secret
from cuvee.operations.overrides import Parse
from cuvee.operations.references import TAG

# In a union text is what anything can be, and a number more than a switch: those are tried last.
_LATE = {bool: 1, bytes: 2, str: 3}


@dataclass(frozen=True, slots=True)
class ByReference:
    """The result of an earlier call, to be looked up: `@12:train`, `@best:rmse:min:fit`."""

    text: str
    collection: type | None = None
    """What one that is given alone for a collection is put into, unless it is a collection itself."""


def resolved(value: Any, load: abc.Callable[[str], Any]) -> Any:
    """A parsed value with what `load` gives in place of each reference."""
    if isinstance(value, ByReference):
        found = load(value.text)
        if value.collection is None or isinstance(found, list | tuple | set | frozenset):
            return found
        return value.collection([found])
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(resolved(item, load) for item in value)
    return value


def value_parser(load: abc.Callable[[str], Any], cwd: Path | None = None) -> Parse:
    """What reads the text of a value that is set, with what `load` gives in place of each reference; relative
    paths are relative to `cwd`, by default the current folder."""

    def parse(text: str, annotation: Any, default: Any) -> Any:
        return resolved(parse_text(text, annotation, default, cwd), load)

    return parse


def parse_text(text: str, annotation: Any, default: Any = MISSING, cwd: Path | None = None) -> Any:
    """The value that a text stands for. `cwd` is what relative paths are relative to.

    Without an annotation the default's class decides, and without one the value is the text.
    Collections are a JSON array, or one item. Returns ByReference for a reference, at any depth.
    Raises ParameterError for text that is no such value: "'twelve' is not an integer".
    """
    return _Reader(default, cwd or Path.cwd()).read(text, effective_annotation(annotation, default))


def parse_texts(texts: abc.Sequence[str], annotation: Any, default: Any, cwd: Path) -> Any:
    """The collection that a repeated flag stands for, one text for an item. Raises as `parse_text`."""
    annotation = effective_annotation(annotation, default)
    if len(texts) == 1 and _is_none(texts[0], annotation):
        return None
    return _Reader(default, cwd).read_collection(texts, collection_in(annotation))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads text for one parameter."""

    default: Any
    cwd: Path

    def read(self, text: str, annotation: Any) -> Any:
        annotation = effective_annotation(annotation, MISSING)
        if Secret in members_of(annotation):
            return None if _is_none(text, annotation) else read_secret(text, self.cwd)
        if _is_reference(text, annotation):
            return ByReference(text, COLLECTIONS.get(origin_of(annotation)))
        if not _is_none(text, annotation) and _is_tag(text, annotation):
            return ByReference(text)
        return self._read_plain(text.replace("@@", "@", 1) if text.startswith("@@") else text, annotation)

    def _read_plain(self, text: str, annotation: Any) -> Any:
        annotation = effective_annotation(annotation, MISSING)
        if is_union(annotation):
            return None if _is_none(text, annotation) else self._read_member(text, annotation)
        scalar = scalar_of(annotation)
        if scalar is not None:
            return _read_scalar(text, scalar)
        if choices_of(annotation):
            return _read_choice(text, annotation)
        if annotation is File:
            return read_file(text, self.default, self.cwd)
        if annotation is Directory:
            return read_directory(text, self.default, self.cwd)
        if is_read_from_file(annotation):
            return read_data(text, annotation, self.cwd)
        if is_collection(annotation):
            return self.read_collection([text], annotation)
        return _read_json(text, annotation)

    def read_collection(self, texts: abc.Sequence[str], annotation: Any) -> Any:
        """Items one by one, or all of them in one JSON array."""
        if len(texts) == 1 and _is_reference(texts[0], annotation):
            return ByReference(texts[0], COLLECTIONS[origin_of(annotation)])
        array = _json_array(texts[0]) if len(texts) == 1 and not holds_secret(annotation) else None
        items: abc.Sequence[Any] = texts if array is None else array
        fixed = fixed_items(annotation)
        if fixed is not None and len(items) != len(fixed):
            raise ParameterError(
                f"{_counted(len(items))} given, and {describe(annotation)} takes {len(fixed)}"
            )
        wanted = fixed or item_annotations(annotation) * len(items)
        return COLLECTIONS[origin_of(annotation)](map(self._read_item, items, wanted))

    def _read_item(self, item: Any, annotation: Any) -> Any:
        return self.read(item, annotation) if isinstance(item, str) else _convert(item, annotation)

    def _read_member(self, text: str, annotation: Any) -> Any:
        """The first member of a union that the text can be."""
        members = [member for member in members_of(annotation) if member is not NoneType]
        for member in sorted(members, key=lambda member: _LATE.get(member, 0)):
            try:
                return self._read_plain(text, member)
            except ParameterError:
                if len(members) == 1:
                    raise
        raise ParameterError(f"{text!r} is not {describe(annotation)}")


def _is_reference(text: str, annotation: Any) -> bool:
    """A secret is never looked up: what is not found is repeated in the message."""
    return text.startswith("@") and not text.startswith("@@") and not holds_secret(annotation)


def _is_tag(text: str, annotation: Any) -> bool:
    """Whether a text can only be a tag: no value of the type is written as text."""
    members = [member for member in members_of(annotation) if member is not NoneType]
    return re.fullmatch(rf"{TAG}(\..+)?", text) is not None and not any(map(_has_text, members))


def _has_text(annotation: Any) -> bool:
    return (
        not isinstance(annotation, type)
        or scalar_of(annotation) is not None
        or bool(choices_of(annotation))
        or annotation in (File, Directory, object)
        or is_read_from_file(annotation)
        or has_json_form(annotation)
        or holds_secret(annotation)
    )


def _is_none(text: str, annotation: Any) -> bool:
    return text.lower() == "none" and NoneType in members_of(annotation)


def _counted(count: int) -> str:
    return f"{count} {'item is' if count == 1 else 'items are'}"


def _read_scalar(text: str, scalar: Scalar) -> Any:
    try:
        return scalar.read(text)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ParameterError(f"{text!r} is not {scalar.noun}") from None


def _read_choice(text: str, annotation: Any) -> Any:
    choices = choices_of(annotation)
    if text in choices:
        return choices[text]
    for value in choices.values():
        if isinstance(value, Enum) and str(value.value) == text:
            return value
    raise ParameterError(f"{text!r} is not one of {', '.join(choices)}")


def _json_array(text: str) -> list[Any] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, list) else None


def _read_json(text: str, annotation: Any) -> Any:
    name = with_article(annotation)
    if holds_secret(annotation):
        raise ParameterError(f"{name} cannot be given here: secrets are parameters of their own")
    if not has_json_form(annotation):
        instead = "give the result of an earlier call, @RUN:CALL, or a tag"
        raise ParameterError(f"{text!r} is not {name}, which no text can be: {instead}")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ParameterError(f"{text!r} is not JSON, as which {name} is given: {error}") from None
    return _convert(value, annotation)


def _convert(value: Any, annotation: Any) -> Any:
    """What JSON gave, as the annotation wants it: dates, enums, dataclasses, sets."""
    try:
        return msgspec.convert(value, annotation)
    except msgspec.ValidationError as error:
        raise ParameterError(f"{json.dumps(value)} is not {with_article(annotation)}: {error}") from None
    except TypeError:  # the library has no rule for this annotation: the value is checked like any other
        return value
