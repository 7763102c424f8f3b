"""Observation: which files a call opens, so that a result is reused only while they are the same.

Python tells of every file that it opens (an audit event); what C code opens by itself is not
seen. Left out are Python itself, installed packages, the system's own folders, the store, and
scratch files; a file that the call made is its own and not something that it depends on.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cuvee.fingerprint.files import current_digest, name_file
from cuvee.model.entry import Observation

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SYSTEM = ("/proc", "/sys", "/dev", "/etc/ld.so.cache", "/usr/share/zoneinfo")

Stamp = tuple[int, int, int] | None


class _Opened:
    """A file that was opened: how it was before, and what was done to it since."""

    __slots__ = ("before", "read", "wrote")

    def __init__(self, before: Stamp) -> None:
        self.before = before
        self.read = False
        self.wrote = False


class Observer:
    """Watches the calls of one process, one at a time. `home` is the store's folder."""

    def __init__(self, root: Path, home: Path) -> None:
        self._root = root
        self._foreign = _foreign_folders(root, home)
        self._opened: dict[str, _Opened] | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While this is open, what is opened counts."""
        _install()
        self._opened = {}
        _listeners.append(self)
        try:
            yield
        finally:
            _listeners.remove(self)

    def findings(self) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
        """What the last call read and wrote, and what forbids to reuse it."""
        opened, self._opened = self._opened or {}, None
        found: list[Observation] = []
        doubts: list[str] = []
        for name, file in opened.items():
            path = Path(name)
            made = file.wrote and file.before is None
            now = _stamp(name)
            if made and (now is None or self._is_scratch(name)):
                continue
            shown = name_file(path, self._root)
            if file.read and file.wrote and not made:
                doubts.append(f"it read {shown} and then wrote to it, or took it away")
            elif not file.wrote and now != file.before:
                doubts.append(f"{shown} changed while it was being read")
            else:
                found.append(Observation("wrote" if file.wrote else "read", shown, current_digest(path)))
        return tuple(found), tuple(doubts)

    def opened(self, name: str, reading: bool, writing: bool) -> None:
        """A file is about to be opened: note how it is before anything happens to it."""
        assert self._opened is not None
        path = os.path.abspath(name)  # noqa: PTH100 - runs for every open: strings are 20 × faster
        if path.startswith(self._foreign) or "/site-packages/" in path:
            return
        if path.endswith(".pyc"):
            path = _source_of(path)
        file = self._opened.get(path)
        if file is None:
            if os.path.isdir(path):  # noqa: PTH112
                return
            file = self._opened[path] = _Opened(_stamp(path))
        file.read |= reading and not file.wrote
        file.wrote |= writing

    def moved(self, source: str, target: str) -> None:
        """A file is about to be renamed: what was made under one name is there under another."""
        self.removed(source)
        self.opened(target, reading=False, writing=True)

    def removed(self, name: str) -> None:
        """A file is about to go. What the call made itself is its own to take away."""
        self.opened(name, reading=True, writing=True)

    def _is_scratch(self, name: str) -> bool:
        import tempfile  # 2 ms, and most calls make no file

        return Path(name).is_relative_to(tempfile.gettempdir()) and not Path(name).is_relative_to(self._root)


# Renaming is how a file is put in its place whole; `os.replace` is told as a renaming too.
_EVENTS = frozenset({"open", "os.rename", "os.remove"})

_listeners: list[Observer] = []
_installed = False


def _name_in(argument: object) -> str:
    assert isinstance(argument, str | bytes | os.PathLike)
    return os.fsdecode(argument)


def _install() -> None:
    # A hook can never be taken back, so there is one for a process, and it looks up who listens.
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)


def _hook(event: str, args: tuple[object, ...]) -> None:
    if not _listeners or event not in _EVENTS:
        return
    if event == "os.rename":
        _listeners[-1].moved(_name_in(args[0]), _name_in(args[1]))
        return
    if event == "os.remove":
        _listeners[-1].removed(_name_in(args[0]))
        return
    name, mode, flags = args
    if isinstance(name, bytes):
        name = os.fsdecode(name)
    if not isinstance(name, str):
        return  # a descriptor: what is behind it was opened before
    bits = flags if isinstance(flags, int) else _bits_of(str(mode))
    writing = bool(bits & _WRITING)
    _listeners[-1].opened(name, not writing or not bits & (os.O_TRUNC | os.O_EXCL), writing)


def _bits_of(mode: str) -> int:
    if "w" in mode or "x" in mode:
        return os.O_WRONLY | os.O_TRUNC
    return os.O_WRONLY | os.O_APPEND if "a" in mode or "+" in mode else os.O_RDONLY


def _stamp(name: str) -> Stamp:
    try:
        found = os.stat(name)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _source_of(path: str) -> str:
    folder, _, name = path.rpartition("/__pycache__/")
    return f"{folder}/{name.partition('.')[0]}.py" if folder else path


def _foreign_folders(root: Path, home: Path) -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = [str(home), *_SYSTEM, paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"]]
    folders += [*site.getsitepackages(), site.getusersitepackages(), str(Path(__file__).parents[1])]
    inside = [folder for folder in folders if not root.is_relative_to(folder)]
    return tuple(f"{folder.rstrip('/')}/" for folder in inside)
