"""What the file system's errors mean, in words for people."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.errors import StoreFault

_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run again; what is done is kept",
    errno.EDQUOT: "your quota is used up: free some space and run again; what is done is kept",
    errno.EROFS: "the file system is read-only: set CUVEE_HOME to a folder that can be written to",
    errno.EACCES: "access is denied: mend its permissions, or set CUVEE_HOME to a folder of your own",
    errno.EPERM: "access is denied: mend its permissions, or set CUVEE_HOME to a folder of your own",
    errno.EIO: "the disk reports an error: check it before you go on",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
}


def advice(error: OSError) -> str:
    """What went wrong, and what to do about it."""
    return _ADVICE.get(error.errno or 0, f"{type(error).__name__}: {error}")


@contextmanager
def explained(done: str, path: Path) -> Iterator[None]:
    """An error of the operating system as a StoreFault that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreFault(f"{path} could not be {done}: {advice(error)}") from error
