"""Files. As an argument a `File` stays where the user has it, and counts by content and by its
path in the project; as a result it is taken into the store, and each consumer gets a copy.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding, Outside
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.errors import CannotEncode, ParameterError
from cuvee.model.file import File

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "file"

_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip"})


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if type(value) is not File:
        return None
    if encoding.root is None:
        return _result(value)
    return _argument(value, encoding.root)


def decode(parts: Parts) -> File:
    by, text = decode_plain(parts.meta)
    if by == "content":
        return File(parts.save("content", f"content{text}"), by="content")
    return File(parts.save("content", PurePath(text).name))


def _argument(file: File, root: Path) -> Encoded:
    path = Path(os.path.normpath(root / file.path))
    problem = _problem(path)
    if problem:
        raise ParameterError(f"{file!r}: {path} {problem}{_elsewhere(file, path)}")
    counts = _suffix(path) if file.by == "content" else _in_project(path, root)
    return Encoded(name, "File", encode_plain((file.by, counts)), (("content", Outside(path)),))


def _result(file: File) -> Encoded:
    path = Path(file.path).absolute()
    problem = _problem(path)
    if problem:
        raise CannotEncode(
            f"the result is {file!r}, and {path} {problem}: return the path that was written to"
        )
    counts = _suffix(path) if file.by == "content" else path.name
    return Encoded(name, "File", encode_plain((file.by, counts)), (("content", path),))


def _problem(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return (
            "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        )
    if stat.S_ISDIR(mode):
        return "is a folder, and a File is one file"
    if not stat.S_ISREG(mode):
        return "is not a regular file"
    return "" if os.access(path, os.R_OK) else "cannot be read: mend its permissions"


def _elsewhere(file: File, path: Path) -> str:
    here = Path(file.path).absolute()
    if here == path or not here.is_file():
        return ""
    return f". It is in the current folder, but paths are relative to the project: write File({str(here)!r})"


def _in_project(path: Path, root: Path) -> str:
    """Relative to the project where it lies in it, by its own name or by what its links lead to."""
    if not path.is_relative_to(root):
        path, root = path.resolve(), root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _suffix(path: Path) -> str:
    """What readers go by: `.csv`, `.csv.gz`."""
    last = path.suffix
    return PurePath(path.stem).suffix + last if last.lower() in _COMPRESSED else last
