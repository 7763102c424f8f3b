"""The gate: between those who use what is in a store, and who takes things out of it.

Any number of processes hold it at once, for moments: from looking a result up until the record that
names it is committed. Who deletes shuts it, alone. The locks are the system's: they end with their
process, however it ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from cuvee.errors import StoreFault
from cuvee.ports import descriptors

_TURN = 0.01  # seconds
_NOT_OURS = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class Gate:
    """One process's place at the gate of the store `home`; its threads share it.

    Two files: who wants to shut the gate locks the first, so that nobody new comes in, and waits at
    the second for those who are inside.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = RLock()
        self._holders = 0
        self._process = 0
        self._inside = -1

    def hold(self) -> None:
        """Keep the gate open until `release`. Waits while somebody has it shut."""
        with self._lock:
            if self._process != os.getpid():
                # A lock belongs to the open file, and a forked child has that of its parent.
                self._process, self._holders = os.getpid(), 0
            if not self._holders:
                self._inside = self._enter()
                descriptors.own.add(self._inside)
            self._holders += 1

    def release(self) -> None:
        """Give one hold back."""
        with self._lock:
            if self._process != os.getpid():  # the parent's, and not for a child to give back
                return
            self._holders -= 1
            if not self._holders:
                descriptors.own.discard(self._inside)
                os.close(self._inside)

    @contextmanager
    def shut(self, patience: float) -> Iterator[None]:
        """Alone, as long as this is open. Raises StoreFault if others are inside for `patience` seconds."""
        deadline = time.monotonic() + patience
        with self._lock:
            own = bool(self._holders) and self._process == os.getpid()
            entrance = self._open("entrance")
            inside = self._inside if own else self._open("inside")
            try:
                self._take(entrance, deadline)
                self._take(inside, deadline)
                yield
            finally:
                if own:
                    fcntl.flock(inside, fcntl.LOCK_SH)
                else:
                    os.close(inside)
                os.close(entrance)

    def _enter(self) -> int:
        entrance = self._open("entrance")
        try:
            fcntl.flock(entrance, fcntl.LOCK_SH)
            inside = self._open("inside")
            try:
                fcntl.flock(inside, fcntl.LOCK_SH)
            except BaseException:
                os.close(inside)
                raise
            return inside
        finally:
            os.close(entrance)

    def _take(self, file: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreFault(
                        f"{self._home} is in use: another process is just now looking results up in it. "
                        "Nothing was deleted there; try again in a moment"
                    ) from None
                time.sleep(_TURN)
            else:
                return

    def _open(self, name: str) -> int:
        path = self._home / "gate" / name
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            try:
                return os.open(path, flags, 0o666)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                return os.open(path, flags, 0o666)
        except OSError as error:
            if error.errno not in _NOT_OURS:
                raise
            return self._open_to_read(path)

    def _open_to_read(self, path: Path) -> int:
        """The same in a store that cannot be written to from here. Where nobody has ever held the gate, what
        is locked in its place is the store's folder: it keeps nobody out, and nobody can delete from here."""
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return os.open(self._home, os.O_RDONLY | os.O_CLOEXEC)
