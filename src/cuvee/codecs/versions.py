"""Which code of the project a stored value rests on: its classes, with the fingerprints that they had."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cuvee.codecs.plain import decode_plain
from cuvee.codecs.registry import TELLING
from cuvee.model.digest import Digest

if TYPE_CHECKING:
    from cuvee.model.artifact import Artifact

_NONE: Mapping[str, Digest] = {}


def code_in(artifact: Artifact) -> Mapping[str, Digest]:
    """The project's classes, functions and modules in a value, as `module:qualname`, each with the
    fingerprint that it had where the value was encoded."""
    own = _own(artifact.codec, artifact.meta) if artifact.codec in _TELLING else _NONE
    if not artifact.children:
        return own
    found = dict(own)
    for _, child in artifact.children:
        found.update(code_in(child))
    return found


_TELLING = frozenset({*TELLING, "composite"})


@lru_cache(maxsize=4096)
def _own(codec: str, meta: bytes) -> Mapping[str, Digest]:
    if codec == "composite":
        _, path, digest, _ = decode_plain(meta)
        return {path: Digest(digest)} if path and digest is not None else _NONE
    return {name: Digest(digest) for name, digest in decode_plain(inside_told(codec, meta))[0]}


def inside_told(codec: str, meta: bytes) -> bytes:
    """What `pickle_value` says of the inside of a value, in the meta that a codec of `TELLING` wrote."""
    inside: bytes = decode_plain(meta)[1] if codec in ("sklearn", "skops") else meta
    return inside
