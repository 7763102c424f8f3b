"""A file's bytes into another file without passing through this process.

Where the file system can, the two share them on disk until one is written to (Btrfs, XFS, and others that
know reflinks): that takes no time and no room. Else the kernel copies. Neither is there everywhere, so
both say whether they did it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys

# Linux's number for "let this file be a clone of that one", on most machines; others refuse it.
_FICLONE = 0x40049409

# What is said where a kernel, a file system, or these two files cannot do it.
_CANNOT = frozenset(
    {
        *(errno.EOPNOTSUPP, errno.ENOTTY, errno.EXDEV, errno.EINVAL, errno.ENOSYS),
        *(errno.EPERM, errno.EBADF, errno.ETXTBSY),
    }
)


def clone(source: int, target: int) -> bool:
    """Let an empty file, open for writing, share the bytes of an open one. False where that cannot be.

    Raises OSError as writing does.
    """
    if sys.platform != "linux":
        return False
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError as error:
        if error.errno in _CANNOT:
            return False
        raise
    return True


def copy_in_kernel(source: int, target: int) -> bool:
    """Copy an open file into an empty one, open for writing. False where the kernel cannot, or where the
    file has become shorter meanwhile: what has been copied is then there. Raises OSError as writing does.
    """
    if not hasattr(os, "copy_file_range"):
        return False
    size, copied = os.fstat(source).st_size, 0
    while copied < size:
        try:
            more = os.copy_file_range(source, target, size - copied, copied, copied)
        except OSError as error:
            if error.errno in _CANNOT:
                return False
            raise
        if not more:
            return False
        copied += more
    return True
