"""A pipeline's result as it is kept: its shape, with artifacts named by digest. Knows no SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.record import ResultItem
from cuvee.tracking.sqlite.forms import Form
from cuvee.tracking.sqlite.trees import Reference, Rows


class Shape(msgspec.Struct, array_like=True):
    """A `ResultItem` with a reference for its artifact."""

    artifact: Reference | None
    kind: Literal["artifact", "list", "tuple", "dict", "none", "absent"]
    items: tuple[Shape, ...]
    names: tuple[str, ...]


SHAPE = Form(Shape)


def pack_result(item: ResultItem, artifacts: Rows, named: list[Digest]) -> tuple[Any, ...]:
    """The shape of a result, to encode; the rows that it needs and their digests go into the collections."""
    reference = None
    if item.artifact is not None:
        reference = artifacts.add(item.artifact)
        if reference[1] is None:
            named.append(reference[0])
    return reference, item.kind, [pack_result(below, artifacts, named) for below in item.items], item.names


def references_of(shape: Shape) -> list[Reference]:
    """The artifacts of a shape."""
    own = [] if shape.artifact is None else [shape.artifact]
    return own + [reference for below in shape.items for reference in references_of(below)]


def build_result(shape: Shape, artifact_of: Callable[[Digest], Artifact]) -> ResultItem:
    """The result of a shape, given what has its artifacts."""
    return ResultItem(
        None if shape.artifact is None else artifact_of(shape.artifact[0]),
        shape.kind,
        tuple(build_result(below, artifact_of) for below in shape.items),
        shape.names,
    )
