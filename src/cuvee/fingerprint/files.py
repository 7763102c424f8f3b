"""Files: their content as a digest, and whether what a call read or wrote is still as it was."""

from __future__ import annotations

from pathlib import Path

from cuvee.codecs.content import digest_file
from cuvee.model.digest import Digest
from cuvee.model.entry import Observation


def current_digest(path: Path) -> Digest | None:
    """The digest of a file's bytes; None if no file is there, or none that may be read."""
    try:
        return digest_file(path)[0]
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        return None


def name_file(path: Path, root: Path) -> str:
    """The path as it is recorded: relative to the project where it lies in it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def observation_change(observation: Observation, root: Path) -> str | None:
    """What happened to a file that a call read or wrote, in words; None if it is as it was."""
    now = current_digest(root / observation.path)
    if now == observation.digest:
        return None
    what = f"{observation.path}, which it {observation.kind}"
    if observation.digest is None:
        return f"{what} and did not find, is there now"
    return f"{what}, is gone" if now is None else f"{what}, has changed"
