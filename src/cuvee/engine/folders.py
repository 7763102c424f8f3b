"""Folders: what is in a `Directory` that a call is given, item by item, so that a reason can name files."""

from __future__ import annotations

from collections.abc import Iterator

from cuvee.codecs.listing import FILE, Entry
from cuvee.codecs.plain import decode_plain
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.graph import Argument, Given
from cuvee.model.key import Item, Ledger

MOST_ENTRIES = 5_000
"""Of a folder with more, a reason says that it has changed, and not where."""


def folders_in(arguments: tuple[tuple[str, Argument], ...]) -> Iterator[Artifact]:
    """The Directories that a call is given, each as an argument by itself."""
    for _, argument in arguments:
        if type(argument) is Given and argument.kind == "file" and argument.artifact.codec == "directory":
            yield argument.artifact


def listing_of(folder: Artifact) -> Ledger:
    """What is in a folder, under the digest that it counts by."""
    *_, written = decode_plain(folder.meta)
    entries = [Entry(*each) for each in written]
    contents = iter([part.digest for part in folder.parts])
    items = [_item(entry, next(contents) if entry.kind == FILE else None) for entry in entries[:MOST_ENTRIES]]
    return Ledger(folder.digest, tuple(items) if len(entries) <= MOST_ENTRIES else ())


def _item(entry: Entry, content: Digest | None) -> Item:
    pieces = [entry.kind.encode(), entry.detail.encode("utf-8", "surrogatepass"), content or b""]
    return Item(entry.name, entry.kind, digest_parts("entry", pieces))
