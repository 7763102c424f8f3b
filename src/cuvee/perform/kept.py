"""Kept: what became of a result that was put into the store."""

from __future__ import annotations

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest
from cuvee.model.profile import Profile
from cuvee.model.value import Value


class Kept(Value, frozen=True):
    """A result in the store, and what the values in it look like, by digest.

    `live` are the large ones in it that a computation cannot tell from what is read back. `shared`
    names two elements that held one object and are apart from now on, and its class.
    """

    artifact: Artifact
    profiles: tuple[tuple[Digest, Profile], ...] = ()
    live: frozenset[Digest] = frozenset()
    shared: tuple[str, ...] = ()
