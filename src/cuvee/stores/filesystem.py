"""Blobs on disk: `blobs/ab/cdef…`, each written once under a name that its bytes give it.

A blob is made under a temporary name on the same file system and linked to its own when it is
whole, so a writer that dies at any instant leaves nothing under the name. Nothing here knows
what the bytes mean.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from cuvee.codecs.content import digest_file
from cuvee.errors import DamagedBlob, StoreFault
from cuvee.model.digest import BLAKE3, Digest, digest_bytes, digest_text
from cuvee.model.shortage import advice
from cuvee.ports.blobs import StoredBlob
from cuvee.stores.checks import Checks, Mark, mark_of
from cuvee.stores.faults import explained
from cuvee.stores.gate import Gate
from cuvee.stores.mapping import MAP_BYTES, private_view
from cuvee.stores.writing import copy_all, fsync, write_copy, write_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cuvee.ports.blobs import Buffer

FRESH = 600.0
"""Seconds for which a blob that is put again need not be told so: to say it costs those who know it whole
another look."""

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class FilesystemStore:
    """A `BlobStore` in the folder `home`. Folders are made when they are first needed."""

    def __init__(self, home: Path) -> None:
        self._blobs = home / "blobs"
        self._unfinished = home / "unfinished"
        self._quarantine = home / "quarantine"
        self._unsynced: set[Digest] = set()
        self._sync_failed: StoreFault | None = None
        self._gate = Gate(home)
        self._checks = Checks()
        self._own: dict[Digest, Mark] = {}
        self._lock = Lock()
        self._syncing = Lock()

    def put(self, source: Buffer | Path, digest: Digest | None = None) -> tuple[Digest, int]:
        """Keep these bytes, or this file's; their digest and size. `digest`: of the bytes, if it is known."""
        if isinstance(source, Path):
            with explained("read", source):
                digest, size = digest_file(source)
            # The file may change meanwhile: the name is that of the bytes that were copied.
            write = partial(copy_all, source)
        else:
            view = memoryview(source).cast("B")
            digest, size = digest or digest_bytes(view), view.nbytes
            write = partial(write_named, view, digest)
        if not self._freshen(digest, size):
            digest, size = self._keep(write)
        with self._lock:
            self._unsynced.add(digest)
        return digest, size

    def get(self, digest: Digest) -> memoryview:
        """The bytes, checked: a private, writable view."""
        with self._opened(digest) as file:
            return self._checked(digest, file)

    @contextmanager
    def _opened(self, digest: Digest) -> Iterator[int]:
        path = self._path(digest)
        with explained("read", path):
            try:
                # Not waiting for a writer, in case somebody has put a pipe there.
                file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            except FileNotFoundError:
                message = f"blob {digest_text(digest)} is missing from {self._blobs}"
                raise DamagedBlob(message, digest) from None
            try:
                yield file
            finally:
                os.close(file)

    def _checked(self, digest: Digest, file: int) -> memoryview:
        """A view of the open file, whose bytes are those of the digest."""
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            self._set_aside(digest, found)
        view = private_view(file)
        if self._checks.know(digest, mark_of(found)):
            return view
        if digest_bytes(view) != digest:
            view.release()
            self._set_aside(digest, found)
        if found.st_size >= MAP_BYTES:
            self._checks.remember(digest, mark_of(found), mark_of(os.fstat(file)))
        return view

    def copy(self, digest: Digest, target: Path) -> None:
        """A private copy of the blob as a file that is not there yet, checked; where the file system can,
        it shares the blob's bytes on disk until it is written to."""
        with self._opened(digest) as file:
            view = self._checked(digest, file)
            before = mark_of(os.fstat(file))
            with explained("written", target):
                write_copy(file, view, target)
            if mark_of(os.fstat(file)) == before:
                return
        # Somebody has written to the blob since it was checked.
        target.unlink()
        self.copy(digest, target)

    def present(self, digest: Digest, size: int) -> bool:
        """Whether a blob of that size is there; its bytes are not read."""
        text = digest[1:].hex()
        try:  # asked of each file of a project, and a path made by pathlib costs three times as much
            found = os.stat(f"{self._blobs}/{text[:2]}/{text[2:]}")  # noqa: PTH116
        except OSError:
            return False
        return found.st_size == size and stat.S_ISREG(found.st_mode)

    def matches(self, digest: Digest, view: memoryview) -> bool:
        """Whether these bytes, which may be written to, are the very ones that this object put: where the
        file has not been touched since, comparing tells as much as digesting, in a third of the time."""
        mark = self._own.get(digest)
        if mark is None:
            return False

        from cuvee.codecs.memory import same_bytes

        try:
            with self._opened(digest) as file:
                if mark_of(os.fstat(file)) != mark:
                    return False
                return same_bytes(view, private_view(file)) and mark_of(os.fstat(file)) == mark
        except DamagedBlob:  # it is gone
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
                    fsync(path)
                except FileNotFoundError:  # set aside since: whoever reads it will be told
                    continue
                except OSError as error:
                    # What one fsync could not write, the next does not try again: there is no way back.
                    self._sync_failed = StoreFault(f"{path} could not be made safe on disk: {advice(error)}")
                    raise self._sync_failed from error

    def forget_checks(self) -> None:
        """Check every blob again when it is read next."""
        self._checks.forget()

    def hold(self) -> None:
        """Nothing is deleted from now on until `release`."""
        with explained("used", self._blobs.parent):
            self._gate.hold()

    def release(self) -> None:
        """Give one `hold` back."""
        self._gate.release()

    @contextmanager
    def shut(self, patience: float = 10.0) -> Iterator[None]:
        """As long as this is open nobody holds the store."""
        with self._gate.shut(patience):
            yield

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob, whole or not."""
        for path in sorted(self._blobs.glob("??/*")):
            with suppress(FileNotFoundError, ValueError):  # gone meanwhile; or nothing of ours
                found = path.lstat()
                digest = Digest(BLAKE3 + bytes.fromhex(path.parent.name + path.name))
                yield StoredBlob(digest, found.st_size, found.st_mtime)

    def delete(self, digests: Iterable[Digest], before: float) -> int:
        """Delete those of these blobs that were put, for the last time, before then; the bytes freed."""
        freed = 0
        for digest in digests:
            path = self._path(digest)
            with explained("deleted", path), suppress(FileNotFoundError):
                found = path.lstat()
                if found.st_mtime < before and not stat.S_ISDIR(found.st_mode):
                    path.unlink()
                    freed += found.st_size
        return freed

    def _freshen(self, digest: Digest, size: int) -> bool:
        """Whether the blob is there; then it counts as put now, so that nobody takes it for forgotten."""
        if not self.present(digest, size):
            return False
        self.hold()
        try:
            path = self._path(digest)
            if time.time() - path.stat().st_mtime > FRESH:
                os.utime(path)
        except FileNotFoundError:  # deleted between the two looks
            return False
        except PermissionError:  # another user's, who alone may say so: it is as old as it is
            return True
        finally:
            self.release()
        return True

    def _path(self, digest: Digest) -> Path:
        text = digest[1:].hex()
        return self._blobs / text[:2] / text[2:]

    def _keep(self, write: Callable[[int], tuple[Digest, int]]) -> tuple[Digest, int]:
        """Let `write` fill a new file, and give it its name when it is whole."""
        temporary = self._unfinished / f"{os.getpid()}-{os.urandom(8).hex()}"
        with explained("written", temporary):
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
            if size >= MAP_BYTES:
                self._own[digest] = mark_of(self._path(digest).stat())
        return digest, size

    def _create(self, path: Path) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o444)
        except FileNotFoundError:
            self._unfinished.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags, 0o444)

    def _settle(self, temporary: Path, digest: Digest) -> None:
        """Give the whole file its name, unless a whole one has it already."""
        path = self._path(digest)
        try:
            self._link(temporary, path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._link(temporary, path)

    def _link(self, temporary: Path, path: Path) -> None:
        try:
            os.link(temporary, path)
        except FileExistsError:
            found = path.lstat()
            if stat.S_ISDIR(found.st_mode):
                self._move_aside(path)
                os.link(temporary, path)
            elif found.st_size != temporary.stat().st_size:
                # Not another writer's, who was first, but the torn remains of a power loss.
                temporary.rename(path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            temporary.rename(path)

    def _set_aside(self, digest: Digest, bad: os.stat_result) -> NoReturn:
        """Move the damaged file away, but not a good one that has taken its place meanwhile."""
        path = self._path(digest)
        became = f"was altered on disk ({bad.st_size} bytes)"
        if not stat.S_ISREG(bad.st_mode):
            became = "is no file any more"
        what = f"blob {digest_text(digest)} {became}"
        try:
            if path.stat().st_ino == bad.st_ino:
                what += f"; it is now {self._move_aside(path)}"
        except FileNotFoundError:  # somebody else has moved it
            raise DamagedBlob(what, digest) from None
        except OSError as error:
            raise DamagedBlob(f"{what}, and could not be moved away: {advice(error)}", digest) from error
        raise DamagedBlob(what, digest)

    def _move_aside(self, path: Path) -> Path:
        """Move what is there into the quarantine; where it is now."""
        aside = self._quarantine / f"{path.parent.name}{path.name}-{os.urandom(4).hex()}"
        self._quarantine.mkdir(parents=True, exist_ok=True)
        path.rename(aside)
        return aside
