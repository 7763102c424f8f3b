"""A pipeline's result as it is kept: its shape, with artifacts named by digest. Knows no SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec.msgpack import Decoder

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.record import ResultItem
from cuvee.tracking.sqlite.trees import Rows


class Shape(msgspec.Struct, array_like=True):
    """A `ResultItem` with its artifact's digest."""

    artifact: Digest | None
    kind: Literal["artifact", "list", "tuple", "dict", "none", "absent"]
    items: tuple[Shape, ...]
    names: tuple[str, ...]


read_shape = Decoder(Shape).decode


def pack_result(item: ResultItem, artifacts: Rows, named: list[Digest]) -> tuple[Any, ...]:
    """The shape of a result, to encode; its artifacts' rows and digests go into the two collections."""
    digest = None
    if item.artifact is not None:
        digest = artifacts.add(item.artifact)
        named.append(digest)
    return digest, item.kind, [pack_result(below, artifacts, named) for below in item.items], item.names


def named_artifacts(shape: Shape) -> list[Digest]:
    """The digests that a shape names."""
    own = [] if shape.artifact is None else [shape.artifact]
    return own + [digest for below in shape.items for digest in named_artifacts(below)]


def build_result(shape: Shape, artifacts: Mapping[Digest, Artifact]) -> ResultItem:
    """The result of a shape, given its artifacts."""
    return ResultItem(
        None if shape.artifact is None else artifacts[shape.artifact],
        shape.kind,
        tuple(build_result(below, artifacts) for below in shape.items),
        shape.names,
    )
