"""A working folder: where a command keeps what it needs until it ends, a source tree or a call's files.

It is locked for as long as the process lives, whatever ends that. So what a killed one has left is told from
what somebody works in, and goes when the next such folder is made.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "cuvee-working-"


@contextmanager
def working_folder(purpose: str) -> Iterator[Path]:
    """A new folder in the place for temporary files, taken away at the end. `purpose` is in its name."""
    _sweep()
    while True:
        with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{purpose}-") as name:
            folder = Path(name)
            with _locked(folder) as ours:
                # Whoever sweeps may have come before the lock: then it is theirs, to be taken away.
                if ours and folder.exists():
                    yield folder
                    return


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether the folder is locked by this process while this is open: not where it is by another."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False  # gone, or somebody else's
        return
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        yield False
        return
    try:
        yield True
    finally:
        os.close(opened)


def _sweep() -> None:
    """Take away what processes have left that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with _locked(folder) as ours:
            if ours:
                with suppress(OSError):  # another user's, say: it is nobody's work, and can stay
                    shutil.rmtree(folder)
