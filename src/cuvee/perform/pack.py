"""A value becomes an artifact: encoded, its long parts put into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cuvee.codecs import registry
from cuvee.errors import CannotEncode
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.perform.parts import stored_parts
from cuvee.perform.unpack import unpack

if TYPE_CHECKING:
    from cuvee.codecs.codec import ClassDigest, Encoded
    from cuvee.ports.blobs import BlobStore


def pack(
    value: Any, store: BlobStore, *, class_digest: ClassDigest, root: Path, keep_inputs: int
) -> Artifact:
    """An argument as an artifact.

    A `File` is looked up from `root`, stays where it is, and its content is also kept in the store
    if it has at most `keep_inputs` bytes. `class_digest` is asked about each class in the value.
    Raises CannotEncode, ParameterError for a `File` that cannot be read, StoreFault.
    """
    return _stored(registry.encode(value, _Packing(class_digest, root)), store, keep_inputs)


def pack_result(
    value: Any, store: BlobStore, *, class_digest: ClassDigest, elements: tuple[str, ...] | None = None
) -> Artifact:
    """A task's result as an artifact, all of it in the store.

    `elements` names what must be artifacts of their own: "0", "1" of a tuple, the fields of a
    NamedTuple, dataclass or TypedDict. Raises CannotEncode, StoreFault.
    """
    packing = _Packing(class_digest, None)
    if elements is None:
        return _stored(packing.encode(value), store, 0)

    from cuvee.codecs.composite import encode_elements

    return _stored(encode_elements(value, elements, packing), store, 0)


def pack_picture(figure: Any, store: BlobStore) -> Artifact:
    """A logged figure as an artifact: what a page can show. Raises CannotEncode, StoreFault."""
    from cuvee.codecs.picture import encode_picture

    return _stored(encode_picture(figure), store, 0)


def explode(
    artifact: Artifact, store: BlobStore, scratch: Path, *, class_digest: ClassDigest
) -> tuple[Artifact, ...]:
    """The items of a stored list or tuple, each an artifact; those of a set in a fixed order.

    Raises CannotEncode for a value of any other type, and whatever `unpack` raises.
    """
    from cuvee.codecs.composite import is_sequence

    if artifact.codec == "composite" and is_sequence(artifact.meta):
        return tuple(child for _, child in artifact.children)

    value = unpack(artifact, store, scratch)
    if type(value) not in (list, tuple, set, frozenset, range):
        raise CannotEncode(
            f"map() walks a list, and this is of type {artifact.type}: have the task return a list"
        )
    items = tuple(pack_result(item, store, class_digest=class_digest) for item in value)
    return (
        items if type(value) in (list, tuple, range) else tuple(sorted(items, key=lambda item: item.digest))
    )


class _Packing:
    """What codecs may ask while a value is encoded."""

    def __init__(self, class_digest: ClassDigest, root: Path | None) -> None:
        self.class_digest = class_digest
        self.root = root

    def encode(self, value: Any) -> Encoded:
        return registry.encode(value, self)


def _stored(encoded: Encoded, store: BlobStore, keep_inputs: int) -> Artifact:
    parts = stored_parts(encoded.parts, store, keep_inputs)
    children = tuple((name, _stored(child, store, keep_inputs)) for name, child in encoded.children)
    return make_artifact(encoded.codec, encoded.type, encoded.meta, parts, children)
