"""Which packages a stored value is made with: the methods that a task calls on it are theirs.

`wines.drop_duplicates()` leads by no name to pandas; the frame that is handed over does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cuvee.codecs.plain import decode_plain
from cuvee.codecs.registry import TELLING
from cuvee.codecs.versions import inside_told

if TYPE_CHECKING:
    from cuvee.model.artifact import Artifact

# What these keep are values of Python's own, or of cuvee's.
_NOBODYS = frozenset({"plain", "bytes", "file", "directory", "picture"})

_NONE: frozenset[str] = frozenset()


def packages_of(artifact: Artifact) -> frozenset[str]:
    """The top-level packages, other than the project's, whose classes a stored value has in it."""
    if artifact.codec in _NOBODYS:
        return _NONE
    own = _own_packages(artifact.codec, artifact.type, _telling(artifact))
    return own.union(*(packages_of(child) for _, child in artifact.children)) if artifact.children else own


def _telling(artifact: Artifact) -> bytes:
    """The meta of an artifact, if that is where its packages are told."""
    return artifact.meta if artifact.codec in TELLING or artifact.codec == "composite" else b""


@lru_cache(maxsize=4096)
def _own_packages(codec: str, type_: str, meta: bytes) -> frozenset[str]:
    if codec in TELLING:
        return frozenset(decode_plain(inside_told(codec, meta))[1])
    if codec == "composite":
        _, path, digest, _ = decode_plain(meta)
        # A class of the project has a fingerprint, and counts by that.
        return frozenset([path.partition(".")[0].partition(":")[0]]) if path and digest is None else _NONE
    top, dot, _ = type_.partition(".")
    return frozenset([top]) if dot else _NONE
