"""A frame of which a task takes some columns: an artifact with a child for each.

So each column has a digest of its own, which says nothing of its neighbours or of its place. Such
an artifact is made of a stored frame's parts without reading them. It is put together to the frame
that the task gets: its columns in the order that was asked for, each in memory of its own, however
they lay in the frame that they come from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from cuvee.codecs.codec import Encoded, Encoding, Held, Selected
from cuvee.codecs.node_reader import NodeReader
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts
    from cuvee.codecs.node_writer import Node

name = "columns"

COLUMN = "column"
"""The codec of one column of such an artifact."""

Names = tuple[Hashable, ...]

_SHOWN = 20


class FrameLibrary(Protocol):
    """What a library's frames are narrowed by: a module with these functions."""

    def is_frame(self, value: Any) -> bool: ...

    def names_of(self, frame: Any) -> Iterable[Hashable]:
        """The names of a frame's columns, in order."""
        ...

    def narrow(self, parts: Parts, names: Names, encoding: Encoding) -> Selected | None:
        """The artifact of these columns of a stored frame, its parts `Held` by that.

        None where it is stored in a form that does not tell them apart. Raises CannotEncode where
        one is missing, or it is no frame.
        """
        ...

    def narrow_value(self, frame: Any, names: Names) -> Any:
        """The frame of these columns, all of which are there, as `assemble` puts it together."""
        ...

    def assemble(self, parts: Parts, head: Any) -> Any:
        """The frame of an artifact that `narrow` made; `head` is what it was made with."""
        ...


_LIBRARIES = {
    "pandas": "cuvee.codecs.pandas_columns",
    "polars": "cuvee.codecs.polars",
    "pyarrow": "cuvee.codecs.pyarrow",
}


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    """None: a value is stored whole; what is taken of it is told by artifacts alone."""
    return None


def decode(parts: Parts) -> Any:
    library, head = decode_plain(parts.meta)
    return _library(library).assemble(parts, head)


def narrow(codec: str, parts: Parts, names: Names, encoding: Encoding) -> Selected | None:
    """The artifact of some columns of a stored frame, its parts `Held` by that.

    None where it is stored in a form that does not tell them apart. Raises CannotEncode where one
    is missing, or it is no frame.
    """
    return _library(codec).narrow(parts, names, encoding) if codec in _LIBRARIES else None


def narrow_value(value: Any, names: Names) -> Any:
    """The columns of a frame, each in memory of its own. Raises CannotEncode as `narrow` does."""
    problem = columns_problem(value, names)
    if problem:
        raise CannotEncode(problem)
    library = _library_of(value)
    assert library is not None
    return library.narrow_value(value, names)


def columns_problem(value: Any, names: Names) -> str | None:
    """Why these columns cannot be taken of a value: "has no column 'ph': …"; None if they can."""
    library = _library_of(value)
    if library is None:
        return f"is of type {type(value).__name__}, and columns are taken of a DataFrame or a Table"
    known = list(library.names_of(value))
    absent = [each for each in names if each not in known]
    return missing_text(absent, known) if absent else None


def missing_text(absent: list[Hashable], known: list[Hashable]) -> str:
    """Which columns a frame does not have, and which it has."""
    shown = ", ".join(map(repr, known[:_SHOWN]))
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    has = f"it has {shown}{more}" if known else "it has none"
    return f"has no column {', '.join(map(repr, absent))}: {has}"


def narrowed(
    library: str, kind: str, head: Any, parts: Any, columns: list[tuple[Hashable, Selected]]
) -> Selected:
    """The artifact of a library's frame: what is beside its columns, and these."""
    met: dict[str, int] = {}
    children = []
    for label, column in columns:
        text = str(label)
        count = met[text] = met.get(text, 0) + 1
        children.append((text if count == 1 else f"{text}#{count}", column))
    return Selected(name, kind, encode_plain((library, head)), parts, tuple(children))


def held_column(place: str, node: Node, part_names: Iterable[str], child_names: Iterable[str]) -> Selected:
    """One column, whose parts and children go by names that begin with its place in the frame."""
    start = len(place)
    parts = tuple(("0" + each[start:], Held(each)) for each in part_names)
    children = tuple(("0" + each[start:], Held(each)) for each in child_names)
    return Selected(COLUMN, COLUMN, encode_plain(node), parts, children)


def read_column(parts: Parts) -> Any:
    """The array of one column."""
    return NodeReader(parts).read(decode_plain(parts.meta), "0")


def _library_of(value: Any) -> FrameLibrary | None:
    for cls in type(value).__mro__:
        module = _LIBRARIES.get(cls.__module__.partition(".")[0])
        if module is not None and (library := cast(FrameLibrary, import_module(module))).is_frame(value):
            return library
    return None


def _library(library: str) -> FrameLibrary:
    return cast(FrameLibrary, import_module(_LIBRARIES[library]))
