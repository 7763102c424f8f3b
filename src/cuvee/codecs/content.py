"""The digest of a file's content, remembered for as long as the file has not been touched."""

from __future__ import annotations

import os
import time
from pathlib import Path

from blake3 import blake3

from cuvee.model.digest import BLAKE3, Digest

_CHUNK = 1 << 23

# Two edits within one tick of a file system's clock leave the same times; the coarsest tick is 2 s.
_SETTLED_SECONDS = 2.5

_Stat = tuple[int, int, int, int, int]
_known: dict[str, tuple[_Stat, Digest]] = {}


def digest_file(path: Path) -> tuple[Digest, int]:
    """The digest of a regular file's content, and its size in bytes. Raises OSError.

    A file that was hashed before in this process and has not been touched since is not read again.
    """
    before = _stat(path.stat())
    known = _known.get(str(path))
    if known is not None and known[0] == before:
        return known[1], before[2]
    now = time.time()
    with path.open("rb", buffering=0) as file:
        digest, size = _digest_stream(file.fileno())
        after = _stat(os.fstat(file.fileno()))
    if before == after and now - max(before[3:]) / 1e9 > _SETTLED_SECONDS:
        _known[str(path)] = (before, digest)
    return digest, size


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
