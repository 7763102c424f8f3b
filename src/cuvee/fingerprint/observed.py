"""Observed: whether what a call asked of the world is still as it was, and what happened to it in words."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from cuvee.fingerprint.files import current_digest
from cuvee.fingerprint.listing import Look, folder_names, look_digest, names_digest
from cuvee.fingerprint.variables import ALL, variable_digest
from cuvee.model.entry import Observation

_NAMED = 3

_LOOKS: dict[str, Look] = {
    "found": "found", "size": "size", "stat": "stat", "link": "link", "made": "found",
}  # fmt: skip
_DID = {
    "read": "which it read",
    "wrote": "which it wrote",
    "made": "a folder that it made",
    "found": "which it looked for",
    "size": "whose size it asked for",
    "stat": "whose size and time it asked for",
    "link": "a link that it followed",
}


def own_names(observed: Sequence[Observation], folder: str) -> frozenset[str]:
    """The names in a folder that a call wrote or made there itself."""
    made = (item.path for item in observed if item.kind in ("wrote", "made"))
    return frozenset(name for parent, name in map(os.path.split, made) if (parent or ".") == folder)


def observation_change(
    observation: Observation, root: Path, without: Collection[str] = frozenset()
) -> str | None:
    """What happened to something that a call asked for, in words; None if it is as it was.

    `without`: names of a listed folder that don't count, for they are the call's own.
    """
    if observation.kind == "outside":
        return None
    if observation.kind == "environment":
        return _variable_change(observation)
    if observation.kind == "listed":
        return _listing_change(observation, root, without)
    if observation.kind in ("read", "wrote"):
        now = current_digest(root / observation.path)
    else:
        now = look_digest(str(root / observation.path), _LOOKS[observation.kind])
    if now == observation.digest:
        return None
    what = f"{observation.path}, {_DID[observation.kind]}"
    if observation.digest is None:
        return f"{what} and did not find, is there now"
    return f"{what}, is gone" if now is None else f"{what}, has changed"


def _variable_change(observation: Observation) -> str | None:
    now = variable_digest(observation.path)
    if now == observation.digest:
        return None
    if observation.path == ALL:
        return "the environment variables, all of which it read, have changed"
    what = f"{observation.path}, an environment variable that it read"
    if observation.digest is None:
        return f"{what} and that was not set, is set now"
    return f"{what}, is not set any more" if now is None else f"{what}, has changed"


def _listing_change(observation: Observation, root: Path, without: Collection[str]) -> str | None:
    now = folder_names(str(root / observation.path), without)
    if names_digest(now) == observation.digest:
        return None
    what = f"{observation.path}{os.sep}, which it listed"
    if now is None:
        return f"{what}, is gone"
    if observation.digest is None:
        return f"{what} and did not find, is there now"
    added = [name for name in now if name not in observation.detail]
    gone = [name for name in observation.detail if name not in now]
    if added:
        word = "another file" if len(added) == 1 else f"{len(added)} other files"
        return f"{what}, has {word} now: {_named(added)}"
    return f"{what}, has no {_named(gone)} any more"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
