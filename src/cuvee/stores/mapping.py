"""A file's bytes as memory: private to the reader, writable, read from disk as they are touched."""

from __future__ import annotations

import errno
import mmap
import os
import sys

MAP_BYTES = 1 << 18
"""Smaller files are read: a mapping costs a file descriptor (before Python 3.13) and whole pages."""


def private_view(file: int) -> memoryview:
    """All bytes of an open file. Writing to the view changes nothing for anybody else."""
    size = os.fstat(file).st_size
    if size >= MAP_BYTES:
        try:
            return memoryview(_map(file, size))
        except OSError as error:
            # Every mapping that is alive holds a descriptor: with none left the bytes are read.
            if error.errno not in (errno.EMFILE, errno.ENODEV):
                raise
    data = bytearray(size)
    view, have = memoryview(data), 0
    while have < size and (more := os.preadv(file, [view[have:]], have)):
        have += more
    return view[:have]


def _map(file: int, size: int) -> mmap.mmap:
    if sys.version_info >= (3, 13):
        return mmap.mmap(file, size, access=mmap.ACCESS_COPY, trackfd=False)
    return mmap.mmap(file, size, access=mmap.ACCESS_COPY)
