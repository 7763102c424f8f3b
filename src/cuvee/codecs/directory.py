"""Folders. A `Directory` counts by all that is in it, name by name; each file is a part of its own.

As an argument it stays where the user has it; as a result it is taken into the store, and each
consumer gets a copy.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding, Outside
from cuvee.codecs.listing import FILE, FOLDER, LINK, CannotList, Entry, list_folder
from cuvee.codecs.place import Place
from cuvee.codecs.plain import decode_plain, encode_plain
from cuvee.model.directory import Directory

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "directory"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if type(value) is not Directory:
        return None
    place = Place(value, encoding)
    try:
        entries, size = list_folder(place.path)
    except CannotList as error:
        raise place.refused(str(error)) from None
    counts = "" if value.by == "content" else place.by_path
    files = [place.path / entry.name for entry in entries if entry.kind == FILE]
    parts: list[tuple[str, Path | Outside]] = [
        (str(number), path if encoding.root is None else Outside(path, size))
        for number, path in enumerate(files)
    ]
    return Encoded(name, "Directory", meta_of(value.by, counts, entries), tuple(parts))


def meta_of(by: str, counts: str, entries: list[Entry]) -> bytes:
    """What is kept of a folder beside bytes: how it counts, its name where that counts, what is in it."""
    return encode_plain((by, counts, tuple([(each.name, each.kind, each.detail) for each in entries])))


def decode(parts: Parts) -> Directory:
    by, text, written = decode_plain(parts.meta)
    entries = [Entry(*each) for each in written]
    path = _own(parts, entries)
    if path is None:
        path = parts.folder() / (PurePath(text).name or "content")
        _copy(parts, entries, path)
    return Directory(path, by=by)


def _own(parts: Parts, entries: list[Entry]) -> Path | None:
    """The user's own folder, where all of it still is as it was, and nothing has come to it."""
    files = [entry.name for entry in entries if entry.kind == FILE]
    first = parts.own("0") if files else None
    if first is None:
        return None
    folder = first.parents[len(PurePath(files[0]).parts) - 1]
    if not all(parts.own(str(number)) == folder / each for number, each in enumerate(files)):
        return None
    try:
        return folder if list_folder(folder)[0] == entries else None
    except CannotList:
        return None


def _copy(parts: Parts, entries: list[Entry], folder: Path) -> None:
    folder.mkdir()
    number = 0
    for entry in entries:
        path = folder / entry.name
        if entry.kind == FOLDER:
            path.mkdir()
        elif entry.kind == LINK:
            os.symlink(entry.detail, path)  # noqa: PTH211 - the text as it is, which pathlib might tidy
        else:
            parts.copy(str(number), path)
            path.chmod(path.stat().st_mode | (0o111 if entry.detail else 0))
            number += 1
