"""The project's source, kept as it is when a run begins; by a thread beside it where much has to be read.

Every file is a blob by its digest, and one listing names them all: what did not change costs a look
at its times. Left out are what git ignores, hidden files, environments, caches, the store, large
files, and files that seem to hold secrets; the last two are named. Without a pyproject.toml or a
repository nobody said what the project is: then only Python files are kept.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cuvee.codecs.directory import meta_of
from cuvee.codecs.listing import FILE, FOLDER, Entry
from cuvee.errors import StoreFault
from cuvee.model.artifact import Artifact, Part, make_artifact
from cuvee.model.digest import Digest
from cuvee.model.snapshot import Snapshot
from cuvee.model.value import Value
from cuvee.project.confidential import why_confidential
from cuvee.project.ignored import NAME as RULES_FILE
from cuvee.project.ignored import Rules, is_ignored, read_rules
from cuvee.project.root import PROJECT_FILE

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore

KNOWN_FILE = "source.known"
"""In the store: what the files came to, so that those not touched since are not read again."""

_MOST_BYTES = 1 << 20
_MOST_FILES = 20_000

# So many files are read before the run goes on: a thread would keep it from forking its workers.
_MOST_AT_ONCE = 200
_LOCKS = frozenset({"uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "pixi.lock", "conda-lock.yml"})
_NO_SOURCE = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})
_LARGE = f"it is larger than {_MOST_BYTES >> 20} MB"

# A file that was changed just before it was read may change again within the same tick of the clock.
_SETTLED_NS = 2_000_000_000

_Stat = tuple[int, int, int, int]


class _Known(msgspec.Struct, array_like=True):
    """What a file came to: its digest, or why it is left out."""

    stat: _Stat
    digest: Digest
    why: str


class _Found(Value, frozen=True):
    path: str
    stat: os.stat_result


def start_snapshot(root: Path, home: Path, blobs: BlobStore) -> Taking:
    """Begin to keep the source of the project in `root`; `home` is the store's folder."""
    survey = Survey(root, home)
    taking = Taking(survey, blobs)
    if survey.new > _MOST_AT_ONCE:
        taking.start()
    else:
        taking.run()
    return taking


class Taking(threading.Thread):
    """What takes it: a thread, or whoever runs it."""

    def __init__(self, survey: Survey, blobs: BlobStore) -> None:
        super().__init__(name="cuvee-snapshot", daemon=True)
        self._take: Callable[[], Snapshot] = lambda: take_snapshot(survey, blobs)
        self._taken: Snapshot | Exception | None = None

    def run(self) -> None:
        """What the thread does. Whatever went wrong is told to whoever collects."""
        try:
            self._taken = self._take()
        except Exception as error:  # noqa: BLE001 - it is raised again for whoever collects
            self._taken = error

    @property
    def done(self) -> bool:
        return self._taken is not None

    def collect(self) -> Snapshot:
        if self.ident is not None:
            self.join()
        if not isinstance(self._taken, Snapshot):
            raise self._taken or StoreFault("the thread that keeps it has died")
        return self._taken


class Survey:
    """All that may be kept of a project, as it lies there, and what its files came to before."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.shelf = home / KNOWN_FILE
        self.now = time.time_ns()
        self.known = _read_known(self.shelf)
        self.left_out: dict[str, str] = {}
        self.found = list(_walk(root, home, self.left_out))

    @property
    def new(self) -> int:
        """How many files have to be read."""
        files = (each for each in self.found if isinstance(each, _Found))
        return sum(
            each.path not in self.known or self.known[each.path].stat != _stat(each.stat) for each in files
        )


def take_snapshot(survey: Survey, blobs: BlobStore) -> Snapshot:
    """Keep the source of a project. Raises StoreFault."""
    root, known, now = survey.root, survey.known, survey.now
    found: dict[str, _Known] = {}
    left_out = dict(survey.left_out)
    entries: list[Entry] = []
    parts: list[Part] = []
    for each in survey.found:
        if isinstance(each, Entry):
            entries.append(each)
            continue
        came_to = _look(root, each, known.get(each.path), blobs)
        if came_to is None:
            continue
        if now - max(came_to.stat[2:]) > _SETTLED_NS:
            found[each.path] = came_to
        if came_to.why:
            left_out[each.path] = came_to.why
            continue
        entries.append(Entry(each.path, FILE, "x" if each.stat.st_mode & 0o100 else ""))
        parts.append(Part(str(len(parts)), came_to.digest, came_to.stat[1]))
    if found != known:
        _write_known(survey.shelf, found)
    return Snapshot(_artifact(entries, parts), tuple(sorted(left_out.items())))


def _artifact(entries: list[Entry], parts: list[Part]) -> Artifact:
    return make_artifact("directory", "Directory", meta_of("content", "", entries), tuple(parts))


def _look(root: Path, found: _Found, known: _Known | None, blobs: BlobStore) -> _Known | None:
    """What a file comes to; None if it went away meanwhile, or nobody may read it."""
    stat = _stat(found.stat)
    if known is not None and known.stat == stat and (known.why or blobs.present(known.digest, stat[1])):
        return known
    if stat[1] > _MOST_BYTES and found.path.rpartition("/")[2] not in _LOCKS:
        return _Known(stat, Digest(b""), _LARGE)
    try:
        content = (root / found.path).read_bytes()
    except OSError:
        return None
    why = why_confidential(found.path.rpartition("/")[2], content)
    if why:
        return _Known(stat, Digest(b""), why)
    digest, size = blobs.put(content)
    return _Known((stat[0], size, *stat[2:]), digest, "")


def _walk(root: Path, home: Path, left_out: dict[str, str]) -> Iterator[Entry | _Found]:
    """Folders, each before what is in it, and files, by name."""
    whole = (root / PROJECT_FILE).is_file() or (root / ".git").exists()
    away = str(home)
    count = 0

    def below(folder: str, prefix: str, rules: tuple[Rules, ...]) -> Iterator[Entry | _Found]:
        nonlocal count
        children = _children(folder)
        ignoring = next((child for child in children if child.name == RULES_FILE), None)
        if ignoring is not None:
            rules = (*rules, read_rules(_text(ignoring.path), prefix))
        for child in children:
            path, is_folder = prefix + child.name, child.is_dir(follow_symlinks=False)
            if _is_no_source(child, is_folder) or child.path == away or is_ignored(path, is_folder, rules):
                continue
            count += 1
            if count > _MOST_FILES:
                left_out["…"] = f"there are more than {_MOST_FILES:,} files"
                return
            if is_folder:
                yield from _within(path, below(child.path, f"{path}/", rules))
            elif child.is_file(follow_symlinks=False) and (whole or child.name.endswith(".py")):
                yield _Found(path, child.stat())

    return below(str(root), "", ())


def _within(path: str, inside: Iterator[Entry | _Found]) -> Iterator[Entry | _Found]:
    """A folder and what is in it; nothing for one that has nothing that is kept."""
    first = next(inside, None)
    if first is not None:
        yield Entry(path, FOLDER)
        yield first
        yield from inside


def _children(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            children = sorted(found, key=lambda child: child.name)
    except OSError:
        return []  # not ours to read: nor can it be imported
    if any(child.name in ("pyvenv.cfg", "conda-meta") for child in children):
        return []
    return [child for child in children if child.name.isprintable()]


def _is_no_source(child: os.DirEntry[str], is_folder: bool) -> bool:
    if child.name.startswith("."):
        return child.name != RULES_FILE or is_folder
    return is_folder and (child.name in _NO_SOURCE or child.name.endswith(".egg-info"))


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _stat(stat: os.stat_result) -> _Stat:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _read_known(shelf: Path) -> dict[str, _Known]:
    """Nothing depends on it but time: one that cannot be read is as good as none."""
    try:
        return msgspec.msgpack.decode(shelf.read_bytes(), type=dict[str, _Known])
    except (OSError, msgspec.DecodeError):
        return {}


def _write_known(shelf: Path, known: dict[str, _Known]) -> None:
    # Where `gc` looks for what was never finished.
    temporary = shelf.parent / "unfinished" / f"{shelf.name}-{os.getpid()}-{threading.get_ident()}"
    try:
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.msgpack.encode(known))
        temporary.replace(shelf)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise StoreFault(f"{shelf} cannot be written: {error.strerror}") from error
