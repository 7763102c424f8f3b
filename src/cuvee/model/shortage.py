"""Shortages: what a machine may refuse to any program, and what to do about it. Pure."""

from __future__ import annotations

import errno

_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run again; what is done is kept",
    errno.EDQUOT: "your quota is used up: free some space and run again; what is done is kept",
    errno.EFBIG: "the file would be larger than is allowed: raise the limit (ulimit -f) and run again",
    errno.EROFS: "the file system is read-only: set CUVEE_HOME to a folder that can be written to",
    errno.EACCES: "access is denied: mend its permissions, or set CUVEE_HOME to a folder of your own",
    errno.EPERM: "access is denied: mend its permissions, or set CUVEE_HOME to a folder of your own",
    errno.EIO: "the disk reports an error: check it before you go on",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n) and run again",
    errno.ENFILE: "too many files are open on this machine: close some programs and run again",
    errno.ENOMEM: "there is not enough memory: close some programs, or run with fewer --workers",
    errno.EAGAIN: "no more processes may be started: raise the limit (ulimit -u) or lower --workers",
}

# Not what the permissions of some file say: that is told where the file is known.
_OF_THE_MACHINE = _ADVICE.keys() - {errno.EACCES, errno.EPERM}


def advice(error: OSError) -> str:
    """What went wrong, and what to do about it."""
    return _ADVICE.get(error.errno or 0, f"{type(error).__name__}: {error}")


def shortage(error: BaseException) -> str | None:
    """What the machine has refused, and what to do about it; None for an error that says something else."""
    if isinstance(error, MemoryError):
        return _ADVICE[errno.ENOMEM]
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        of = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return f"{of}{_ADVICE[error.errno]}"
    return None
