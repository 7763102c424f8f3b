"""Some columns of a stored frame as an artifact: what a task takes that asks for these alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cuvee.codecs.codec import Held, Selected
from cuvee.codecs.narrowed import Names, narrow, narrow_value
from cuvee.model.artifact import Artifact, make_artifact
from cuvee.perform.pack import Packing, pack_result
from cuvee.perform.parts import stored_parts
from cuvee.perform.unpack import StoredParts, unpack

if TYPE_CHECKING:
    from cuvee.codecs.codec import ClassDigest
    from cuvee.ports.blobs import BlobStore


def narrow_artifact(
    artifact: Artifact, names: Names, store: BlobStore, scratch: Path, *, class_digest: ClassDigest
) -> Artifact:
    """The columns of a stored frame; its own blobs are what it is made of, and none of them is read.

    A frame that is stored in one piece is read, narrowed and stored. Raises CannotEncode where a
    column is missing, or the value is no frame; DamagedBlob, CannotDecode and StoreFault.
    """
    found = _narrowed(artifact, names, store, class_digest)
    if found is not None:
        return found
    value = narrow_value(unpack(artifact, store, scratch), names)
    stored = pack_result(value, store, class_digest=class_digest)
    return _narrowed(stored, names, store, class_digest) or stored


def _narrowed(
    artifact: Artifact, names: Names, store: BlobStore, class_digest: ClassDigest
) -> Artifact | None:
    parts = StoredParts(artifact, store, "")
    encoded = narrow(artifact.codec, parts, names, Packing(class_digest, None))
    return None if encoded is None else _made_of(artifact, encoded, store)


def _made_of(artifact: Artifact, selected: Selected, store: BlobStore) -> Artifact:
    held = {part.name: part for part in artifact.parts}
    own = {name: content for name, content in selected.parts if not isinstance(content, Held)}
    stored = {part.name: part for part in stored_parts(own.items(), store, 0)}
    parts = tuple(
        msgspec.structs.replace(held[content.name], name=name) if isinstance(content, Held) else stored[name]
        for name, content in selected.parts
    )
    children = tuple(
        (name, artifact.child(child.name) if isinstance(child, Held) else _made_of(artifact, child, store))
        for name, child in selected.children
    )
    return make_artifact(selected.codec, selected.type, selected.meta, parts, children)
