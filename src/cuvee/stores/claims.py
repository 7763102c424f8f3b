"""Claims on disk: a locked file for each key that is being computed.

The kernel gives a lock back when its process ends, at any instant and for any reason, so there is
no lease to renew, and nobody has to find out whether the holder still lives.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from cuvee.errors import StoreFault
from cuvee.model.digest import Digest
from cuvee.ports import descriptors


class FilesystemClaims:
    """`Claims` in the folder `home`."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "claims"
        self._held: dict[Digest, int] = {}

    def take(self, key: Digest) -> bool:
        if key in self._held:
            return True
        path = self._path(key)
        try:
            file = _locked(path)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = _locked(path)
        except OSError as error:
            raise StoreFault(f"{path} cannot be locked: {error}") from error
        if file is None:
            return False
        self._held[key] = file
        descriptors.own.add(file)
        return True

    def drop(self, key: Digest) -> None:
        file = self._held.pop(key, None)
        if file is not None:
            # Away first, while it is locked: who has it open will see that it is not the one any more.
            self._path(key).unlink(missing_ok=True)
            descriptors.own.discard(file)
            os.close(file)

    def close(self) -> None:
        for key in list(self._held):
            self.drop(key)

    def sweep(self, *, dry_run: bool = False) -> int:
        found = 0
        for path in self._folder.glob("*"):
            file = _locked(path, make=False)
            if file is not None:
                # Away while it is locked, as in `drop`: nobody can have it meanwhile.
                if not dry_run:
                    path.unlink(missing_ok=True)
                os.close(file)
                found += 1
        return found

    def _path(self, key: Digest) -> Path:
        return self._folder / key.hex()


def _locked(path: Path, *, make: bool = True) -> int | None:
    """The file, locked, made if it is not there; None if another has it locked, or it must not be made."""
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if make else 0)
    while True:
        try:
            file = os.open(path, flags, 0o666)
        except FileNotFoundError:
            if make:
                raise
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(file, path):
                return file
        except BlockingIOError:
            os.close(file)
            return None
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # its last holder took it away a moment ago


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
