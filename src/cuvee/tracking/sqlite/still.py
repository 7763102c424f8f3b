"""Still: a database that cannot be written to from here, for as long as nobody writes to it from elsewhere.

To let readers in beside a writer SQLite keeps two files beside the database. Where somebody has it open they
are there, and whoever may read them can read along. Where nobody has, and they cannot be made (a read-only
medium, a folder of somebody else's), the database can be read as a file that never changes: without any lock,
so that each look has to find out whether that was so.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import apsw

from cuvee.errors import RecordsFault

SETTLED = 2.5
"""Seconds: a change within one tick of a file system's clock, 2 s at most, leaves the times as they were."""

_LOG, _SHARED, _JOURNAL = "-wal", "-shm", "-journal"

_Mark = tuple[int, int, int, int, int]


def may_write_beside(path: Path) -> bool:
    """Whether files can be made beside the database."""
    effective = os.access in os.supports_effective_ids
    return os.access(path.parent, os.W_OK | os.X_OK, effective_ids=effective)


class Still:
    """One database file, from when it was opened. Raises RecordsFault if changes that are not in it yet lie
    beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = self._look()
        young = SETTLED - (time.time() - max(self._mark[3:]) / 1e9)
        if young > 0:
            time.sleep(min(young, SETTLED))
        self._refuse_changes_beside()

    def open(self) -> apsw.Connection:
        """A connection that takes no lock."""
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        return apsw.Connection(f"{self._path.absolute().as_uri()}?immutable=1", flags=flags)

    @property
    def is_left_alone(self) -> bool:
        """Whether nobody has it open now, and nobody has written to it."""
        return not self._size(_LOG) and self._size(_SHARED) is None and not self.is_touched

    @property
    def is_touched(self) -> bool:
        """Whether somebody has written to it since it was opened: then nothing read of it holds."""
        return self._look() != self._mark

    def touched(self, doing: str) -> RecordsFault:
        """What to raise then."""
        return RecordsFault(
            f"{self._path} was written to while it was read, by a process that cannot be waited for from "
            f"here, where its folder is read-only: cuvee could not {doing}. Try again in a moment."
        )

    def _refuse_changes_beside(self) -> None:
        for end in (_LOG, _JOURNAL):
            if self._size(end):
                raise RecordsFault(
                    f"{self._path} cannot be read where it is: the last changes to it are in "
                    f"{self._path.name}{end}, and can be taken in only where its folder can be written to. "
                    f"Copy {self._path.parent} to a folder of your own, and set CUVEE_HOME to that."
                )

    def _size(self, end: str) -> int | None:
        try:
            return os.stat(f"{self._path}{end}").st_size  # noqa: PTH116 - a name that is no path of its own
        except FileNotFoundError:
            return None

    def _look(self) -> _Mark:
        # Opened, not only asked for: what a network's file system remembers of a file is then asked anew.
        file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            found = os.fstat(file)
        finally:
            os.close(file)
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
