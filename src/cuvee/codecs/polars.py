"""DataFrame and Series of polars, column by column: each chunk as an Arrow stream of polars' own.

Chunks and what is known of the order are kept. A LazyFrame is refused: it is a query, not a result.
"""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from cuvee.codecs.codec import Encoded, Encoding, Held, Selected
from cuvee.codecs.narrowed import Names, missing_text, narrowed
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "polars"


class _Column(NamedTuple):
    """What is said of a series: into how many chunks it falls, and which way it is known to be sorted."""

    name: str
    chunks: int
    ascending: bool
    descending: bool


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    if isinstance(value, pl.LazyFrame):
        raise CannotEncode("a LazyFrame is a query, not its result: return frame.collect()")
    if type(value) is pl.Series:
        return _encoded("series", "polars.Series", 0, [value])
    if type(value) is not pl.DataFrame or (value.width == 0 and value.height > 0):
        return None
    return _encoded("frame", "polars.DataFrame", value.width, value.get_columns())


def decode(parts: Parts) -> Any:
    kind, _, *columns = decode_plain(parts.meta)
    read = [_series(parts, place, _Column(*about)) for place, about in enumerate(columns)]
    return _frame(read) if kind == "frame" else read[0]


def is_frame(value: Any) -> bool:
    return isinstance(value, pl.DataFrame)


def names_of(frame: Any) -> Iterable[Hashable]:
    return frame.columns  # type: ignore[no-any-return]


def narrow(parts: Parts, names: Names, encoding: Encoding) -> Selected | None:  # noqa: ARG001 - the protocol's
    kind, _, *abouts = decode_plain(parts.meta)
    if kind != "frame":
        raise CannotEncode(f"is of type {parts.type}, and columns are taken of a DataFrame")
    known = [about[0] for about in abouts]
    absent = [each for each in names if each not in known]
    if absent:
        raise CannotEncode(missing_text(absent, known))
    made = []
    for each in names:
        place = known.index(each)
        held = tuple((f"0.{n}", Held(f"{place}.{n}")) for n in range(abouts[place][1]))
        made.append((each, Selected(name, "polars.Series", encode_plain(("series", 0, abouts[place])), held)))
    return narrowed("polars", parts.type, None, (), made)


def narrow_value(frame: Any, names: Names) -> Any:
    return frame.select(list(names))


def assemble(parts: Parts, head: Any) -> Any:  # noqa: ARG001 - the protocol's
    return _frame([make() for _, make in parts.children()])


def _frame(columns: list[Any]) -> Any:
    """By their names: as a list, one without a name would be given one."""
    return pl.DataFrame({column.name: column for column in columns})


def _encoded(kind: str, type_: str, width: int, columns: list[Any]) -> Encoded | None:
    abouts: list[tuple[Any, ...]] = []
    parts: list[tuple[str, Any]] = []
    for place, column in enumerate(columns):
        if column.dtype == pl.Object:
            return None
        if _has_empty_arrays(column.dtype):
            raise CannotEncode(
                f"its column {column.name!r} is of {column.dtype}, which polars cannot read back: "
                "leave it out"
            )
        chunks = column.get_chunks()
        parts += [(f"{place}.{number}", _stream(chunk)) for number, chunk in enumerate(chunks)]
        flags = column.flags
        about = _Column(column.name, len(chunks), flags["SORTED_ASC"], flags["SORTED_DESC"])
        abouts.append(tuple(about))
    meta = encode_plain((kind, width, *abouts))
    return Encoded(name, type_, meta, tuple(parts), live=True)


def _stream(chunk: Any) -> memoryview:
    """Text one item after another: as polars itself has it, equal columns would differ by where they came
    from, a sorted one by the order that it was in before."""
    out = io.BytesIO()
    chunk.to_frame().write_ipc_stream(out, compat_level=pl.CompatLevel.oldest())
    return out.getbuffer()


def _has_empty_arrays(dtype: Any) -> bool:
    """Whether there are arrays of no items in a column: polars writes these, and cannot read them."""
    if isinstance(dtype, pl.Array):
        return 0 in dtype.shape or _has_empty_arrays(dtype.inner)
    if isinstance(dtype, pl.List):
        return _has_empty_arrays(dtype.inner)
    return isinstance(dtype, pl.Struct) and any(_has_empty_arrays(field.dtype) for field in dtype.fields)


def _series(parts: Parts, place: int, about: _Column) -> Any:
    chunks = [
        pl.read_ipc_stream(io.BytesIO(parts.read(f"{place}.{number}"))).to_series()
        for number in range(about.chunks)
    ]
    series = chunks[0] if len(chunks) == 1 else pl.concat(chunks, rechunk=False)
    if about.ascending or about.descending:
        series = series.set_sorted(descending=about.descending)
    return series
