"""Listings and looks: what a folder holds, and what there is at a path, as digests."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from typing import Literal

from cuvee.model.digest import Digest, digest_parts

# How much of a file was asked for: whether it is there, how big it is, all that a stat tells; or where a
# link leads.
Look = Literal["found", "size", "stat", "link"]

FOLDER = digest_parts("found", [b"folder"])

# Files that come and go beside others without anybody's doing.
_PASSING = frozenset({"__pycache__", ".cuvee", ".DS_Store", ".ipynb_checkpoints"})


def folder_names(path: str, without: Collection[str] = ()) -> tuple[str, ...] | None:
    """The names in a folder in order, folders with a slash at the end; None if there is no such folder.

    `without`: names that don't count.
    """
    try:
        with os.scandir(path) as entries:
            found = [entry.name + "/" if entry.is_dir() else entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    left_out = _PASSING.union(without)
    return tuple(sorted(name for name in found if name.rstrip("/") not in left_out))


def names_digest(names: tuple[str, ...] | None) -> Digest | None:
    """The digest of a listing."""
    if names is None:
        return None
    return digest_parts("listed", [os.fsencode(name) for name in names])


def look_digest(path: str, look: Look) -> Digest | None:
    """What there is at a path, as far as it was asked for; None for nothing."""
    try:
        if look == "link":
            return digest_parts("link", [os.fsencode(os.readlink(path))])  # noqa: PTH115
        found = os.stat(path)  # noqa: PTH116 - asked for each look of a call: strings are faster
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(found.st_mode):
        return FOLDER if look != "stat" else digest_parts("found", [b"folder", _whole(found.st_mtime_ns)])
    pieces = [b"file" if stat.S_ISREG(found.st_mode) else b"other"]
    if look != "found":
        pieces.append(_whole(found.st_size))
    if look == "stat":
        pieces.append(_whole(found.st_mtime_ns))
    return digest_parts("found", pieces)


def _whole(number: int) -> bytes:
    return number.to_bytes(16, "little", signed=True)
