"""Notes: what was asked of the world while one call ran, or one module was imported.

Everything is noted as it was when it was first asked for; what one has made itself is one's own
and nothing that one depends on.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cuvee.fingerprint.files import current_digest, name_file
from cuvee.fingerprint.listing import FOLDER, Look, folder_names, look_digest, names_digest
from cuvee.model.digest import Digest
from cuvee.model.entry import Observation
from cuvee.model.value import Value

Stamp = tuple[int, int, int] | None

# Where temporary files lie; to find out takes time.
Scratch = Callable[[], str]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# Each says what those before it say, too.
_LOOKS: dict[Look, int] = {"found": 0, "size": 1, "stat": 2}


class Findings(Value, frozen=True):
    """What came of it. `doubts` forbid to reuse a result; `outside` does, unless the task answers for
    it: network and sub-processes."""

    observed: tuple[Observation, ...] = ()
    doubts: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


# What can be asked again: what was written is whoever wrote it's to answer for.
_ASKED = frozenset({"read", "listed", "found", "size", "stat", "link", "environment"})


def taken_together(findings: Iterable[Findings]) -> Findings:
    """All that the first one found, and what the others asked."""
    first, *others = findings
    if not any(others):
        return first
    observed = dict.fromkeys(first.observed)
    for other in others:
        observed.update((each, None) for each in other.observed if each.kind in _ASKED)
    return Findings(
        tuple(observed),
        tuple(dict.fromkeys(text for each in (first, *others) for text in each.doubts)),
        tuple(dict.fromkeys(text for each in (first, *others) for text in each.outside)),
    )


class _Opened:
    """A file that was opened: how it was before, and what was done to it since."""

    __slots__ = ("before", "read", "wrote")

    def __init__(self, before: Stamp) -> None:
        self.before = before
        self.read = False
        self.wrote = False

    @property
    def made(self) -> bool:
        return self.wrote and self.before is None


class Notes:
    """Collects, from any thread. Paths are absolute."""

    def __init__(self) -> None:
        self._opened: dict[str, _Opened] = {}
        self._databases: set[str] = set()
        self._trees: dict[str, dict[str, Stamp]] = {}
        self._folders: dict[str, None] = {}
        self._listed: dict[str, tuple[str, ...] | None] = {}
        self._looked: dict[tuple[str, Look], Digest | None] = {}
        self._variables: dict[str, Digest | None] = {}
        self._set: set[str] = set()
        self._doubts: dict[str, None] = {}
        self._outside: dict[str, None] = {}

    def opened(self, path: str, reading: bool, writing: bool) -> None:
        """A file is about to be opened: note how it is before anything happens to it."""
        file = self._opened.get(path)
        if file is None:
            if is_folder(path):
                return
            file = self._opened.setdefault(path, self._start(path))
        file.read |= reading and not file.wrote
        file.wrote |= writing

    def opened_with(self, path: str, flags: int) -> None:
        """A file is about to be opened with these flags of the system's."""
        writing = bool(flags & _WRITING)
        self.opened(path, not writing or not flags & (os.O_TRUNC | os.O_EXCL), writing)

    def database(self, path: str) -> None:
        """A file is about to be opened that may be read and written: only afterwards it can be told."""
        self._databases.add(path)
        self.opened(path, reading=True, writing=False)

    def tree(self, path: str) -> None:
        """A file or a folder full of files is about to be written; which, will only be seen afterwards."""
        self._trees.setdefault(path, {name: stamp(name) for name in (path, *_files_below(path))})
        self.made_folder(path)

    def made_folder(self, path: str) -> None:
        """A folder is about to be made."""
        if stamp(path) is None:
            self._folders[path] = None

    def removed_folder(self, path: str) -> None:
        """A folder is about to go. What was made is one's own to take away."""
        if not self._is_own(path):
            self._doubts[f"it took the folder {path} away"] = None

    def moved(self, source: str, target: str) -> None:
        """A file or folder is about to be renamed: what was made under one name is there under another."""
        if not is_folder(source):
            self.opened(source, reading=True, writing=True)
            self.opened(target, reading=False, writing=True)
            return
        self.removed_folder(source)
        self.made_folder(target)
        for inside in _files_below(source):
            self.opened(inside, reading=True, writing=True)
            self.opened(target + inside.removeprefix(source), reading=False, writing=True)

    def listed(self, path: str) -> None:
        """A folder is about to be listed."""
        if path not in self._listed and path not in self._folders:
            self._listed[path] = folder_names(path)

    def looked(self, path: str, look: Look) -> None:
        """Somebody looks whether there is something, or how it is."""
        file = self._opened.get(path)
        if (path, look) not in self._looked and not (file is not None and file.wrote):
            self._looked[path, look] = look_digest(path, look)

    def variable(self, name: str, digest: Digest | None) -> None:
        """An environment variable is read; `*` stands for all of them."""
        if name not in self._set:
            self._variables.setdefault(name, digest)

    def set_variable(self, name: str) -> None:
        """A variable is set here: what it is from now on is one's own."""
        self._set.add(name)

    def asked_outside(self, text: str) -> None:
        """Network or a sub-process, in words with the place."""
        self._outside[text] = None

    # What it comes to.

    def findings(self, root: Path, scratch: Scratch) -> Findings:
        """All of it, as it is kept. `scratch` is where temporary files lie: what was made there does not
        count."""
        self._settle_trees()
        if not (self._opened or self._listed or self._looked or self._folders):
            variables = self._read_variables() if self._variables else ()
            return Findings(tuple(variables), tuple(self._doubts), tuple(self._outside))
        found: list[Observation] = []
        for path, file in self._opened.items():
            found += self._file(path, file, root, scratch)
        found += self._made(root, scratch)
        found += self._lists(root, scratch)
        found += self._looks(root, scratch)
        found += self._read_variables()
        return Findings(tuple(found), tuple(self._doubts), tuple(self._outside))

    def _settle_trees(self) -> None:
        """What was written where it could not be told beforehand."""
        for path in self._trees:
            folder = is_folder(path)
            if not folder:
                self._folders.pop(path, None)
            for name in _files_below(path) if folder else [path]:
                if name not in self._opened:
                    self._opened[name] = self._start(name)

    def _start(self, path: str) -> _Opened:
        """How a file was before: as it is now, unless it may have been written already."""
        for tree, before in self._trees.items():
            if path == tree or path.startswith(tree + os.sep):
                file = _Opened(before.get(path))
                file.wrote = stamp(path) != file.before
                return file
        return _Opened(stamp(path))

    def _file(self, name: str, file: _Opened, root: Path, scratch: Scratch) -> Iterator[Observation]:
        if not (file.read or file.wrote):
            return
        now = stamp(name)
        if name in self._databases and now != file.before:
            file.wrote = True
        if file.made and (now is None or _is_scratch(name, root, scratch)):
            return
        path = Path(name)
        shown = name_file(path, root)
        if file.read and file.wrote and not file.made:
            self._doubts[f"it read {shown} and then wrote to it, or took it away"] = None
            return
        if not file.wrote and now != file.before:
            self._doubts[f"{shown} changed while it was being read"] = None
        yield Observation("wrote" if file.wrote else "read", shown, current_digest(path))

    def _made(self, root: Path, scratch: Scratch) -> Iterator[Observation]:
        for path in self._folders:
            if stamp(path) is not None and not _is_scratch(path, root, scratch):
                yield Observation("made", name_file(Path(path), root), FOLDER)

    def _lists(self, root: Path, scratch: Scratch) -> Iterator[Observation]:
        for path, names in self._listed.items():
            if self._is_own(path) or (_is_scratch(path, root, scratch) and stamp(path) is None):
                continue
            own = self._own_names(path)
            seen = None if names is None else tuple(name for name in names if name.rstrip("/") not in own)
            shown = name_file(Path(path), root)
            if folder_names(path, own) != seen:
                self._doubts[f"what is in {shown} changed while it was being listed"] = None
            yield Observation("listed", shown, names_digest(seen), seen or ())

    def _looks(self, root: Path, scratch: Scratch) -> Iterator[Observation]:
        for (path, look), digest in self._looked.items():
            file = self._opened.get(path)
            if self._is_own(path) or (_is_scratch(path, root, scratch) and stamp(path) is None):
                continue
            if look == "link":
                yield Observation(look, name_file(Path(path), root), digest)
                continue
            if file is not None and not file.wrote and look != "stat":
                continue  # its content says it all
            if any((path, more) in self._looked for more in _LOOKS if _LOOKS[more] > _LOOKS[look]):
                continue
            if look == "found" and root.is_relative_to(path):
                continue  # where the project is, its folders are
            shown = name_file(Path(path), root)
            if file is not None and file.wrote and look != "found":
                self._doubts[f"it asked how {shown} is, and then wrote to it"] = None
            else:
                yield Observation(look, shown, digest)

    def _read_variables(self) -> Iterator[Observation]:
        for name, digest in self._variables.items():
            yield Observation("environment", name, digest)

    def _is_own(self, path: str) -> bool:
        """Whether something was made here, or lies in a folder that was."""
        file = self._opened.get(path)
        if file is not None and file.made:
            return True
        return any(path == folder or path.startswith(folder + os.sep) for folder in self._folders)

    def _own_names(self, folder: str) -> set[str]:
        """The names in a folder that were written or made here."""
        wrote = (path for path, file in self._opened.items() if file.wrote)
        return {
            os.path.basename(path)  # noqa: PTH119 - for every file of a call
            for path in (*wrote, *self._folders)
            if os.path.dirname(path) == folder  # noqa: PTH120
        }


def stamp(name: str) -> Stamp:
    """How a file is, cheaply."""
    try:
        found = os.stat(name)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def is_folder(name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False


def _files_below(folder: str) -> list[str]:
    return [os.path.join(top, name) for top, _, names in os.walk(folder) for name in names]  # noqa: PTH118


def _is_scratch(name: str, root: Path, scratch: Scratch) -> bool:
    return name.startswith(scratch() + os.sep) and not Path(name).is_relative_to(root)
