"""Profiles of stored values: as they are on record, else made of the value now."""

from __future__ import annotations

import msgspec

from cuvee.errors import CannotDecode, DamagedBlob
from cuvee.model.artifact import Artifact
from cuvee.model.profile import Profile
from cuvee.model.record import CallRecord
from cuvee.operations.report import outputs_of
from cuvee.operations.session import Session
from cuvee.operations.values import load_artifact
from cuvee.profiles.describing import describe, has_profile

# What is shown as it is, and has nothing to be described.
_SHOWN_WHOLE = frozenset({"plain", "bytes", "composite", "file", "figure", "picture"})


class ShownProfile(Profile, frozen=True):
    """A profile as Python hands it out: one short line, and a table in a notebook."""

    def _repr_html_(self) -> str:
        from cuvee.operations.html import profile_html  # for notebooks only

        return profile_html(self)

    def __repr__(self) -> str:
        extent = " × ".join(f"{length:,}" for length in self.shape)
        return f"<profile of {self.type}{f' {extent}' if extent else ''}>"


def shown(profile: Profile) -> ShownProfile:
    """The same profile, as Python hands it out."""
    return ShownProfile(*msgspec.structs.astuple(profile))


def profile_of(session: Session, artifact: Artifact) -> Profile | None:
    """What a stored value looks like; None for one of which type and size are all there is to tell.

    One that is not on record (of an argument, of a result of many frames) is made of the value; that it
    cannot be read back is then its `problem`.
    """
    found = session.queries.profile(artifact.digest)
    if found is not None or artifact.codec in _SHOWN_WHOLE:
        return found
    try:
        value = load_artifact(session, artifact)
    except (CannotDecode, DamagedBlob) as error:
        return Profile("object", artifact.type, problem=f"the value cannot be read: {error}")
    return describe(value, str) if has_profile(value) else None


def profiles_of(session: Session, call: CallRecord) -> dict[str, Profile]:
    """What a call gave looks like, by name: `result`, or the elements that its task names."""
    found = {name: profile_of(session, artifact) for name, artifact in outputs_of(call)}
    return {name: profile for name, profile in found.items() if profile is not None}
