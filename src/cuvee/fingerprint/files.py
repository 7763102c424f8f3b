"""Files: their content as a digest, and the names that they are recorded by."""

from __future__ import annotations

from pathlib import Path

from cuvee.codecs.content import digest_file
from cuvee.model.digest import Digest


def current_digest(path: Path) -> Digest | None:
    """The digest of a file's bytes; None if no file is there, or none that may be read."""
    try:
        return digest_file(path)[0]
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        return None


def name_file(path: Path, root: Path) -> str:
    """The path as it is recorded: relative to the project where it lies in it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
