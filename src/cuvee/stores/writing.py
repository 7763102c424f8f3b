"""Bytes into files, and safely onto the disk."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

from cuvee.model.digest import BLAKE3, Digest
from cuvee.stores.cloning import clone, copy_in_kernel

_CHUNK = 1 << 22

# Linux's number for "set room aside for what will be written", and what it is told: where from, and how much.
_RESERVE = 0x40305828
_PACK_RESERVE = struct.Struct("=hh4xqq24x").pack

_WORTH_RESERVING = 1 << 20


def write_all(view: memoryview, file: int) -> None:
    """Write all of the view to an open file."""
    written = 0
    while written < view.nbytes:
        written += os.write(file, view[written:])


def write_named(view: memoryview, digest: Digest, file: int) -> tuple[Digest, int]:
    """Write bytes whose digest is known; that and their size."""
    if view.nbytes >= _WORTH_RESERVING:
        _reserve(file, view.nbytes)
    write_all(view, file)
    return digest, view.nbytes


def _reserve(file: int, size: int) -> None:
    """Let the file system look for the room of a long file once, and not for each of its blocks: on ext4 a
    quarter of a write. The file stays as long as what is in it, so one that is torn is shorter than whole.

    A file system that cannot, or has no room, says so when it is written to, or never.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.ioctl(file, _RESERVE, _PACK_RESERVE(0, os.SEEK_SET, 0, size))


def copy_all(source: Path, file: int) -> tuple[Digest, int]:
    """Write what is in another file; the digest and size of what was written. `file` can be read, too."""
    hasher, size = blake3(), 0
    with source.open("rb", buffering=0) as stream:
        if clone(stream.fileno(), file):
            return _digest_of(file)
        while chunk := stream.read(_CHUNK):
            hasher.update(chunk)
            write_all(memoryview(chunk), file)
            size += len(chunk)
    return Digest(BLAKE3 + hasher.digest()), size


def write_copy(source: int, view: memoryview, target: Path) -> None:
    """Make a file of what is in an open one, whose bytes `view` are. Nothing is there if that fails."""
    file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        if not (clone(source, file) or copy_in_kernel(source, file)):
            os.ftruncate(file, 0)
            os.lseek(file, 0, os.SEEK_SET)
            write_all(view, file)
    except BaseException:
        target.unlink()
        raise
    finally:
        os.close(file)


def _digest_of(file: int) -> tuple[Digest, int]:
    hasher, size = blake3(), 0
    while chunk := os.pread(file, _CHUNK, size):
        hasher.update(chunk)
        size += len(chunk)
    return Digest(BLAKE3 + hasher.digest()), size


def fsync(path: Path) -> None:
    """Return when the file, or the folder, survives a power loss."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if sys.platform == "darwin":  # where fsync leaves the data in the drive's own cache
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
        else:
            os.fsync(file)
    finally:
        os.close(file)
