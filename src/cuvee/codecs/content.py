"""The digest of a file's content, remembered for as long as the file has not been touched.

What is remembered holds for this process; a shelf, which a store lends, carries it to the next.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import get_ident
from typing import Protocol

from blake3 import blake3

from cuvee.model.digest import BLAKE3, Digest

_CHUNK = 1 << 23

# Two edits within one tick of a file system's clock leave the same times; the coarsest tick is 2 s.
_SETTLED_SECONDS = 2.5

# To read a shorter file takes no longer than to ask whether it is known.
_WORTH_KEEPING = 1 << 16

_Stat = tuple[int, int, int, int, int]
_known: dict[str, tuple[_Stat, Digest]] = {}

_PACK_STAT = struct.Struct("<QQQqq").pack


class Shelf(Protocol):
    """Keeps what files came to, from one process to the next. Files go by their absolute path, as bytes."""

    def find(self, path: bytes) -> tuple[bytes, Digest, float] | None:
        """How the file was when it was read, its digest, and when that was (seconds since 1970)."""
        ...

    def keep(self, files: Iterable[tuple[bytes, bytes, Digest, float]]) -> None:
        """Keep these: path, how it was, digest, when; each in place of what was known of its path."""
        ...


class _Lent:
    """A shelf, for the thread that it was lent to: a database's connection is one thread's own."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.owner = (os.getpid(), get_ident())
        self.news: dict[bytes, tuple[bytes, bytes, Digest, float]] = {}


_lent: list[_Lent] = []


def remember_on(shelf: Shelf) -> Callable[[], None]:
    """Remember on this shelf too, until the function that is returned is called: it keeps what is new."""
    lent = _Lent(shelf)
    _lent.append(lent)

    def end() -> None:
        if lent in _lent:
            _lent.remove(lent)
            if lent.news and lent.owner == (os.getpid(), get_ident()):
                shelf.keep(lent.news.values())

    return end


def digest_file(path: Path) -> tuple[Digest, int]:
    """The digest of a regular file's content, and its size in bytes. Raises OSError.

    A file that was hashed before, in this process or by what is on the shelf, and has not been touched
    since is not read again. Touched means: another file under the name, another size, or other times,
    that of the last change of its metadata among them, which no program can set.
    """
    before = _stat(path.stat())
    known = _known.get(str(path))
    if known is not None and known[0] == before:
        return known[1], before[2]
    lent = _shelf() if before[2] >= _WORTH_KEEPING else None
    if lent is not None and (kept := _kept(lent, path, before)):
        _known[str(path)] = (before, kept)
        return kept, before[2]
    now = time.time()
    with path.open("rb", buffering=0) as file:
        digest, size = _digest_stream(file.fileno())
        after = _stat(os.fstat(file.fileno()))
    # An edit that is yet to come must leave other times than these.
    if before == after and now - max(before[3:]) / 1e9 > _SETTLED_SECONDS:
        _known[str(path)] = (before, digest)
        if lent is not None:
            key = _key(path)
            lent.news[key] = (key, _PACK_STAT(*before), digest, now)
    return digest, size


def _shelf() -> _Lent | None:
    """The shelf lent last, if it is lent to this thread."""
    lent = _lent[-1] if _lent else None
    return lent if lent is not None and lent.owner == (os.getpid(), get_ident()) else None


def _kept(lent: _Lent, path: Path, stat: _Stat) -> Digest | None:
    """What the shelf has, where it holds: a clock that was put back since could give the same times twice."""
    found = lent.shelf.find(_key(path))
    if found is None or found[0] != _PACK_STAT(*stat) or found[2] > time.time():
        return None
    return found[1]


def _key(path: Path) -> bytes:
    return os.fsencode(os.path.abspath(path))  # noqa: PTH100 - strings are 20 × faster


def _stat(stat: os.stat_result) -> _Stat:
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _digest_stream(file: int) -> tuple[Digest, int]:
    """Read, not mapped: a file that somebody cuts short meanwhile would kill the process."""
    size = os.fstat(file).st_size
    buffer = memoryview(bytearray(min(_CHUNK, size + 1)))
    hasher = blake3(max_threads=blake3.AUTO if size >= _CHUNK else 1)
    total = 0
    while have := os.readv(file, [buffer]):
        hasher.update(buffer[:have])
        total += have
    return Digest(BLAKE3 + hasher.digest()), total
