"""A digest for each column of a stored frame: what columns hold is compared without reading them.

Equal digests: the columns hold the same, wherever they stand. No library of frames is loaded for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_parts

if TYPE_CHECKING:
    from cuvee.codecs.node_writer import Node

Read = Callable[[str], bytes | memoryview]
"""Gives the bytes of a part of the artifact, by its name."""

_MANIFEST = "manifest"


def may_have_columns(codec: str) -> bool:
    """Whether a codec keeps frames by column."""
    return codec in _FRAMES


def column_digests(artifact: Artifact, read: Read) -> tuple[Digest, ...] | None:
    """In the order of the columns; None of what is no frame, or not stored by column.

    Only a long manifest is read. Columns that are stored in one piece have its digest each.
    """
    of = _FRAMES.get(artifact.codec)
    return None if of is None else of(artifact, read)


def _of_pandas(artifact: Artifact, read: Read) -> tuple[Digest, ...] | None:
    kind, *manifest = decode_plain(artifact.meta or bytes(read(_MANIFEST)))
    if kind != "frame":
        return None
    held = _held(artifact)
    nodes = dict(pair for block in manifest[3] for pair in _nodes(block))
    return tuple(
        digest_parts("column", (encode_plain(node), *held[owner]))
        for _, (owner, node) in sorted(nodes.items())
    )


def _of_polars(artifact: Artifact, read: Read) -> tuple[Digest, ...] | None:  # noqa: ARG001 - nothing is read
    kind, width, *_ = decode_plain(artifact.meta)
    return _by_place(artifact, width) if kind == "frame" else None


def _of_pyarrow(artifact: Artifact, read: Read) -> tuple[Digest, ...] | None:  # noqa: ARG001 - nothing is read
    kind, *_ = decode_plain(artifact.meta)
    # Beside its columns it has its schema.
    return None if kind == "value" else _by_place(artifact, len(artifact.parts) - 1)


def _by_place(artifact: Artifact, width: int) -> tuple[Digest, ...]:
    held = _held(artifact)
    return tuple(digest_parts("column", held[place]) for place in range(width))


_FRAMES: Mapping[str, Callable[[Artifact, Read], tuple[Digest, ...] | None]] = {
    "pandas": _of_pandas,
    "polars": _of_polars,
    "pyarrow": _of_pyarrow,
}


def _held(artifact: Artifact) -> defaultdict[int, list[bytes]]:
    """The names, without the place, and the digests of the parts and children of each place."""
    held: defaultdict[int, list[bytes]] = defaultdict(list)
    for name, digest in (*((each.name, each.digest) for each in artifact.parts), *_children(artifact)):
        place, _, rest = name.partition(".")
        if place.isdecimal():
            held[int(place)] += (rest.encode(), digest)
    return held


def _children(artifact: Artifact) -> Iterable[tuple[str, Digest]]:
    return ((name, child.digest) for name, child in artifact.children)


def _nodes(block: Node) -> list[tuple[int, tuple[int, Node]]]:
    """Of each column of a block: its place, the place that its parts go by, and what is said of it."""
    kind = block[0]
    if kind == "column":
        return [(block[1], (block[1], block[2]))]
    if kind == "wrapped":
        _, inner, name, dtype = block
        return [(place, (owner, (node, name, dtype))) for place, (owner, node) in _nodes(inner)]
    places = _places(block[1])
    if kind == "objects":
        return [(place, (place, node)) for place, node in zip(places, block[3], strict=True)]
    if kind == "columns":
        # As a column of its own would be, whatever else is in the block.
        return [(place, (place, ("columns", block[3]))) for place in places]
    return [(place, (places[0], block[2])) for place in places]


def _places(packed: Any) -> list[int]:
    return list(range(*packed)) if isinstance(packed, list) else list(packed)
