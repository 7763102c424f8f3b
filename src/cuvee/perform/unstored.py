"""A value's artifact without a store: as it would be, its digests being all that is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cuvee.model.artifact import Artifact, Part, make_artifact
from cuvee.perform.parts import digest_content

if TYPE_CHECKING:
    from cuvee.codecs.codec import Encoded
    from cuvee.model.digest import Digest

_NONE_KNOWN: Mapping[int, Digest] = {}


def unstored(encoded: Encoded, known: Mapping[int, Digest] = _NONE_KNOWN) -> Artifact:
    """The artifact, its parts without their bytes. `known` are digests of contents, by their identity."""
    parts = tuple(
        Part(name, known.get(id(content)) or digest_content(content), 0) for name, content in encoded.parts
    )
    children = tuple((name, unstored(child, known)) for name, child in encoded.children)
    return make_artifact(encoded.codec, encoded.type, encoded.meta, parts, children)
