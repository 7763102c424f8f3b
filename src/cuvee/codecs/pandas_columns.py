"""Columns taken of a pandas DataFrame: each becomes a block by itself, whatever block it came from."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cuvee.codecs import pandas as whole
from cuvee.codecs.blocks import column_block, column_node, places_of
from cuvee.codecs.codec import Encoding, Held, Selected
from cuvee.codecs.narrowed import Names, held_column, missing_text, narrowed
from cuvee.codecs.node_reader import NodeReader
from cuvee.codecs.node_writer import Node, NodeWriter
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

_BESIDE = ("index", "attrs")


def is_frame(value: Any) -> bool:
    return isinstance(value, pd.DataFrame)


def names_of(frame: Any) -> Iterable[Hashable]:
    return frame.columns.tolist()  # type: ignore[no-any-return]


def narrow(parts: Parts, names: Names, encoding: Encoding) -> Selected | None:
    kind, *manifest = whole.manifest_of(parts)
    if kind != "frame":
        raise CannotEncode(f"is of type {parts.type}, and columns are taken of a DataFrame")
    rows, columns, index, blocks, rest = manifest
    labels = NodeReader(parts).read(columns, "columns")
    places = _places(labels, names)
    nodes = _column_nodes(blocks, set(places), rows)
    if nodes is None:
        return None
    writer = NodeWriter(encoding)
    taken = labels.take(places)
    # Attributes that were set on the frame stay with it: pandas takes none along either.
    head = (rows, writer.write(taken, "columns"), index, rest[:2])
    by_place, beside = _by_place(parts.names()), _by_place(each for each, _ in parts.children())
    held = tuple((each, Held(each)) for at in _BESIDE for each in by_place[at])
    made = [
        (label, held_column(str(place), nodes[place], by_place[str(place)], beside[str(place)]))
        for label, place in zip(taken, places, strict=True)
    ]
    encoded = narrowed("pandas", parts.type, head, (*writer.parts, *held), made)
    if writer.children or any(beside[at] for at in _BESIDE):
        return None
    return encoded


def narrow_value(frame: Any, names: Names) -> Any:
    places = _places(frame.columns, names)
    if type(frame) is not pd.DataFrame:
        return frame.iloc[:, places].copy()
    # Copies: writing into what a task was given must not be seen in the caller's frame.
    arrays = [frame._mgr.iget_values(place).copy() for place in places]
    axes = [frame.columns.take(places), frame.index]
    taken = whole.frame_of([column_block(array, place) for place, array in enumerate(arrays)], axes)
    taken._attrs = copy.deepcopy(frame._attrs)
    return whole.with_flags(taken, frame.flags.allows_duplicate_labels)


def assemble(parts: Parts, head: Any) -> Any:
    _, columns, index, rest = head
    reader = NodeReader(parts)
    blocks = [column_block(make(), place) for place, (_, make) in enumerate(parts.children())]
    axes = [reader.read(columns, "columns"), reader.read(index, "index")]
    return whole.finished(reader, whole.frame_of(blocks, axes), rest)


def _places(labels: Any, names: Names) -> list[int]:
    """Where the columns of these names are; one name may stand for several."""
    absent = [each for each in names if each not in labels]
    if absent:
        raise CannotEncode(missing_text(absent, labels.tolist()))
    everywhere = np.arange(len(labels))
    return [int(place) for each in names for place in np.atleast_1d(everywhere[labels.get_loc(each)])]


def _column_nodes(blocks: Iterable[Node], wanted: set[int], rows: int) -> dict[int, Node] | None:
    """The node of each column that is wanted; None where one cannot be told from its block."""
    nodes: dict[int, Node] = {}
    for block in blocks:
        for number, place in enumerate(places_of(block)):
            if place in wanted:
                node = column_node(block, number, rows)
                if node is None:
                    return None
                nodes[place] = node
    return nodes


def _by_place(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in names:
        found[each.partition(".")[0]].append(each)
    return found
