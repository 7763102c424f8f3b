"""Blobs on disk: `blobs/ab/cdef…`, each written once under a name that its bytes give it.

A blob is made under a temporary name on the same file system and linked to its own when it is
whole, so a writer that dies at any instant leaves nothing under the name. Nothing here knows
what the bytes mean.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from blake3 import blake3

from cuvee.codecs.content import digest_file
from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import BLAKE3, Digest, digest_bytes, digest_text
from cuvee.stores.mapping import private_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cuvee.ports.blobs import Buffer

_CHUNK = 1 << 22
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run again; what is done is kept",
    errno.EDQUOT: "your quota is used up: free some space and run again; what is done is kept",
    errno.EROFS: "the file system is read-only: set CUVEE_HOME to a folder that can be written to",
    errno.EACCES: "access is denied: mend its permissions, or set CUVEE_HOME to a folder of your own",
    errno.EPERM: "access is denied: mend its permissions, or set CUVEE_HOME to a folder of your own",
    errno.EIO: "the disk reports an error: check it before you go on",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
}


class FilesystemStore:
    """A `BlobStore` in the folder `home`. Folders are made when they are first needed."""

    def __init__(self, home: Path) -> None:
        self._blobs = home / "blobs"
        self._unfinished = home / "unfinished"
        self._quarantine = home / "quarantine"
        self._unsynced: set[Digest] = set()
        self._sync_failed: StoreFault | None = None
        self._lock = Lock()
        self._syncing = Lock()

    def put(self, source: Buffer | Path) -> tuple[Digest, int]:
        """Keep these bytes, or this file's; their digest and size."""
        if isinstance(source, Path):
            with _explained("read", source):
                digest, size = digest_file(source)
            # The file may change meanwhile: the name is that of the bytes that were copied.
            write = partial(_copy_all, source)
        else:
            view = memoryview(source).cast("B")
            digest, size = digest_bytes(view), view.nbytes
            write = partial(_write_named, view, digest)
        if not self.present(digest, size):
            digest, size = self._keep(write)
        with self._lock:
            self._unsynced.add(digest)
        return digest, size

    def get(self, digest: Digest) -> memoryview:
        """The bytes, checked: a private, writable view."""
        path = self._path(digest)
        with _explained("read", path):
            try:
                file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                message = f"blob {digest_text(digest)} is missing from {self._blobs}"
                raise DamagedBlob(message, digest) from None
            try:
                view = private_view(file)
                if digest_bytes(view) != digest:
                    view.release()
                    self._set_aside(digest, os.fstat(file))
                return view
            finally:
                os.close(file)

    def copy(self, digest: Digest, target: Path) -> None:
        """A private copy of the blob as a file that is not there yet, checked."""
        view = self.get(digest)
        with _explained("written", target):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            file = os.open(target, flags, 0o666)
            try:
                _write_all(view, file)
            except BaseException:
                target.unlink()
                raise
            finally:
                os.close(file)

    def present(self, digest: Digest, size: int) -> bool:
        """Whether a blob of that size is there; its bytes are not read."""
        try:
            return self._path(digest).stat().st_size == size
        except OSError:
            return False

    def verify(self, digest: Digest) -> bool:
        """Whether the bytes are there and whole; if not, whatever was there is out of the way."""
        try:
            self.get(digest).release()
        except DamagedBlob:
            return False
        return True

    def sync(self) -> None:
        """Return once every blob put by this object survives a power loss."""
        with self._syncing:
            if self._sync_failed:
                raise self._sync_failed
            with self._lock:
                digests, self._unsynced = self._unsynced, set()
            paths = sorted(self._path(digest) for digest in digests)
            folders = {parent for path in paths for parent in (path.parent, self._blobs, self._blobs.parent)}
            for path in (*paths, *sorted(folders)):
                try:
                    _fsync(path)
                except FileNotFoundError:  # set aside since: whoever reads it will be told
                    continue
                except OSError as error:
                    # What one fsync could not write, the next does not try again: there is no way back.
                    self._sync_failed = StoreFault(f"{path} could not be made safe on disk: {_advice(error)}")
                    raise self._sync_failed from error

    def _path(self, digest: Digest) -> Path:
        text = digest[1:].hex()
        return self._blobs / text[:2] / text[2:]

    def _keep(self, write: Callable[[int], tuple[Digest, int]]) -> tuple[Digest, int]:
        """Let `write` fill a new file, and give it its name when it is whole."""
        temporary = self._unfinished / f"{os.getpid()}-{os.urandom(8).hex()}"
        with _explained("written", temporary):
            file = self._create(temporary)
            try:
                try:
                    digest, size = write(file)
                finally:
                    os.close(file)
                self._settle(temporary, digest)
            finally:
                with suppress(FileNotFoundError):  # renamed, where there are no links
                    temporary.unlink()
        return digest, size

    def _create(self, path: Path) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o444)
        except FileNotFoundError:
            self._unfinished.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags, 0o444)

    def _settle(self, temporary: Path, digest: Digest) -> None:
        """Give the whole file its name, unless a whole one has it already."""
        path = self._path(digest)
        try:
            _link(temporary, path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            _link(temporary, path)

    def _set_aside(self, digest: Digest, bad: os.stat_result) -> NoReturn:
        """Move the damaged file away, but not a good one that has taken its place meanwhile."""
        path = self._path(digest)
        aside = self._quarantine / f"{path.parent.name}{path.name}-{os.urandom(4).hex()}"
        what = f"blob {digest_text(digest)} was altered on disk ({bad.st_size} bytes)"
        try:
            if path.stat().st_ino == bad.st_ino:
                self._quarantine.mkdir(parents=True, exist_ok=True)
                path.rename(aside)
        except FileNotFoundError:  # somebody else has moved it
            raise DamagedBlob(what, digest) from None
        except OSError as error:
            raise DamagedBlob(f"{what}, and could not be moved away: {_advice(error)}", digest) from error
        raise DamagedBlob(f"{what}; it is now {aside}", digest)


def _advice(error: OSError) -> str:
    return _ADVICE.get(error.errno or 0, f"{type(error).__name__}: {error}")


@contextmanager
def _explained(done: str, path: Path) -> Iterator[None]:
    """An error of the operating system as a StoreFault that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreFault(f"{path} could not be {done}: {_advice(error)}") from error


def _link(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        _replace_if_short(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        temporary.rename(path)


def _replace_if_short(temporary: Path, path: Path) -> None:
    """Another writer was first, unless what has the name is the torn remains of a power loss."""
    if path.stat().st_size != temporary.stat().st_size:
        temporary.rename(path)


def _write_all(view: memoryview, file: int) -> None:
    written = 0
    while written < view.nbytes:
        written += os.write(file, view[written:])


def _write_named(view: memoryview, digest: Digest, file: int) -> tuple[Digest, int]:
    _write_all(view, file)
    return digest, view.nbytes


def _copy_all(source: Path, file: int) -> tuple[Digest, int]:
    hasher, size = blake3(), 0
    with source.open("rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK):
            hasher.update(chunk)
            _write_all(memoryview(chunk), file)
            size += len(chunk)
    return Digest(BLAKE3 + hasher.digest()), size


def _fsync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if sys.platform == "darwin":  # where fsync leaves the data in the drive's own cache
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
        else:
            os.fsync(file)
    finally:
        os.close(file)
