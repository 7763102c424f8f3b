"""Files. As an argument a `File` stays where the user has it, and counts by content and by its
path in the project; as a result it is taken into the store, and each consumer gets a copy.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding, Outside
from cuvee.codecs.place import Place, unreadable
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.model.file import File

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "file"

_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip"})


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if type(value) is not File:
        return None
    place = Place(value, encoding)
    problem = _problem(place.path)
    if problem:
        raise place.refused(problem)
    counts = _suffix(place.path) if value.by == "content" else place.by_path
    content = place.path if encoding.root is None else Outside(place.path)
    return Encoded(name, "File", encode_plain((value.by, counts)), (("content", content),))


def decode(parts: Parts) -> File:
    by, text = decode_plain(parts.meta)
    path = parts.own("content")
    if path is None:
        path = parts.folder() / (f"content{text}" if by == "content" else PurePath(text).name)
        parts.copy("content", path)
    return File(path, by=by)


def _problem(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return unreadable(error)
    if stat.S_ISDIR(mode):
        return "is a folder, and a File is one file: write Directory(…) for all that is in it"
    if not stat.S_ISREG(mode):
        return "is not a regular file"
    return "" if os.access(path, os.R_OK) else "cannot be read: mend its permissions"


def _suffix(path: Path) -> str:
    """What readers go by: `.csv`, `.csv.gz`."""
    last = path.suffix
    return PurePath(path.stem).suffix + last if last.lower() in _COMPRESSED else last
