"""Listings: modules of our own, found by what their folders list, and taken as Python has compiled them.

Python asks the disk three times where a module lies, goes through all that it could be, and works out anew
for each where its compiled code is: with three hundred modules that is a fifth of loading them.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType

_OURS = __name__.partition(".")[0] + "."

# What compiled code begins with where it is told by time and size from that of other source: 16 bytes.
_BY_TIME = MAGIC_NUMBER + bytes(4)
_HEAD = 16
_AT_ONCE = 1 << 16


@contextmanager
def found_by_listings() -> Iterator[None]:
    """While this is open, what of our own no other finder has found first is found here."""
    finder = _Listings()
    if PathFinder not in sys.meta_path:  # somebody has put another in its place
        yield
        return
    sys.meta_path.insert(sys.meta_path.index(PathFinder), finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Listings:
    """A finder that lists each folder once. What it does not find is looked for as ever."""

    def __init__(self) -> None:
        self._folders: dict[str, _Folder] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        if path is None or not name.startswith(_OURS):
            return None
        folder = self._folders.get(path[0])
        if folder is None:
            folder = self._folders[path[0]] = _Folder(path[0])
        return folder.spec(name)


class _Folder:
    """One folder of ours: what is in it, and where Python puts what it compiles of that."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._files = _listed(folder)
        try:
            self._before, _, self._after = cache_from_source(f"{folder}{os.sep}@.py").rpartition("@")
        except NotImplementedError:  # this Python keeps nothing
            self._files = frozenset()

    def spec(self, name: str) -> ModuleSpec | None:
        stem = name.rpartition(".")[2]
        if f"{stem}.py" not in self._files:
            return None
        source = f"{self._folder}{os.sep}{stem}.py"
        compiled = f"{self._before}{stem}{self._after}"
        spec = ModuleSpec(name, _Loader(name, source, compiled), origin=source)
        spec.has_location = True
        spec.cached = compiled
        return spec


class _Loader(SourceFileLoader):
    """Loads a module from what Python has compiled of it. In any doubt Python's own way is gone."""

    def __init__(self, name: str, source: str, compiled: str) -> None:
        super().__init__(name, source)
        self._compiled = compiled

    def is_package(self, fullname: str) -> bool:
        return False

    def get_code(self, fullname: str) -> CodeType | None:
        code = self._code()
        return super().get_code(fullname) if code is None else code

    def _code(self) -> CodeType | None:
        """The compiled code, if it is there and that of the source as it is."""
        try:
            data = _read(self._compiled)
            source = os.stat(self.path)  # noqa: PTH116 - three hundred times
        except OSError:
            return None
        time, size = int(source.st_mtime) & 0xFFFF_FFFF, source.st_size & 0xFFFF_FFFF
        if data[:_HEAD] != _BY_TIME + time.to_bytes(4, "little") + size.to_bytes(4, "little"):
            return None
        try:
            code = marshal.loads(memoryview(data)[_HEAD:])  # noqa: S302 - as an import does
        except (EOFError, ValueError, TypeError):
            return None
        # Compiled where it had another path, it would tell that one in tracebacks.
        return code if isinstance(code, CodeType) and code.co_filename == self.path else None


def _read(file: str) -> bytes:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _AT_ONCE)
    finally:
        os.close(descriptor)


def _listed(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - as text
    except OSError:  # not on disk: in an archive
        return frozenset()
