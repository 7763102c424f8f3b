"""Which columns of a frame an annotation asks for: `Annotated[DataFrame, Columns("ph")]`."""

from __future__ import annotations

import sys
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

if TYPE_CHECKING:
    from cuvee.model.columns import Columns

_HOME = "cuvee.model.columns"


def columns_of(annotation: Any) -> Columns | None:
    """The columns that a value of this annotation is narrowed to, also where it may be None; or None."""
    if _HOME not in sys.modules:  # then nobody can have written it
        return None
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        return next(filter(_is_columns, notes), None) or columns_of(inner)
    if get_origin(annotation) in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        return columns_of(members[0]) if len(members) == 1 else None
    return None


def misplaced_columns(annotation: Any) -> Columns | None:
    """The columns that an annotation names where they would narrow nothing: in a list, say."""
    if columns_of(annotation) is not None:
        return None
    return _anywhere_in(annotation) if _HOME in sys.modules else None


def _anywhere_in(annotation: Any) -> Columns | None:
    if _is_columns(annotation):
        return annotation  # type: ignore[no-any-return]
    inner = annotation if isinstance(annotation, list) else get_args(annotation)
    return next(filter(None, map(_anywhere_in, inner)), None)


def _is_columns(note: Any) -> bool:
    return isinstance(note, sys.modules[_HOME].Columns)
