"""Surroundings: what an import depends on that no watcher of code sees.

The process itself, where modules are looked for, and the files of those that are loaded, as digests.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Container, Iterable, Sequence

from cuvee.fingerprint.loading import is_unchanged
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.value import Value

# What a terminal sets anew each time. Where code of the project reads one, that is observed.
_OF_TERMINALS = frozenset(
    {
        "_", "SHLVL", "PWD", "OLDPWD", "COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR",
        "CLICOLOR", "PAGER", "WINDOWID", "GPG_TTY", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY",
        "TERM_SESSION_ID", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "ITERM_SESSION_ID", "XDG_SESSION_ID",
    }
)  # fmt: skip


class Before(Value, frozen=True):
    """How things were before anything was imported: the process, and the folders where modules are
    looked for."""

    process: Digest
    folders: dict[str, Digest | None]


def look_around(*folders: str, words: Sequence[str]) -> Before:
    """How things are now; `folders` are some in which modules will be looked for beside `sys.path`, `words`
    those that stand for the process's own, which code may read."""
    return Before(
        process_digest(words), {each: importable_digest(each) for each in (*module_folders(), *folders)}
    )


def process_digest(words: Sequence[str]) -> Digest:
    """All that a fresh process hands to the code that it imports: Python with its flags and paths, the
    current folder, the words of the command, the machine, the environment variables."""
    facts = (
        sys.version,
        sys.executable,
        sys.prefix,
        sys.base_prefix,
        repr(tuple(sys.flags)),
        repr(sys.warnoptions),
        repr(sorted(sys._xoptions.items())),
        repr(list(words)),
        repr(sys.path),
        repr(tuple(os.uname())),
        repr((os.cpu_count(), _usable_cores(), os.getuid(), os.getgid(), time.tzname)),
        os.getcwd(),  # noqa: PTH109 - pathlib gives the same, later
    )
    values: dict[bytes, bytes] = os.environb._data  # type: ignore[attr-defined]  # past whoever watches
    pairs = sorted(pair for pair in values.items() if os.fsdecode(pair[0]) not in _OF_TERMINALS)
    pieces = [fact.encode("utf-8", "surrogatepass") for fact in facts]
    return digest_parts("process", [*pieces, *(each for pair in pairs for each in pair)])


def _usable_cores() -> list[int]:
    """Those of the machine that this process may use, as far as the system tells."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def importable_digest(folder: str) -> Digest | None:
    """The digest of the names in a folder of which an import could take one; of a file there, how it is;
    None where nothing is."""
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name + "/" if entry.is_dir() else entry.name for entry in entries]
    except NotADirectoryError:
        return modules_digest([folder])
    except OSError:
        return None
    found = sorted(name for name in names if _is_importable(name))
    return digest_parts("importable", [os.fsencode(name) for name in found])


def _is_importable(name: str) -> bool:
    """Whether a module, or a distribution, could go by this name in its folder."""
    if name.endswith("/"):
        stem = name[:-1]
        distribution = stem.endswith((".dist-info", ".egg-info"))
        return distribution or (stem.isidentifier() and stem != "__pycache__")
    return name.endswith((".py", ".pyc", ".so", ".pyd", ".pth", ".egg-link", ".egg-info"))


def modules_digest(files: Iterable[str]) -> Digest:
    """How these files are: their sizes and times, that of the last change of metadata among them."""
    pieces: list[bytes] = []
    for file in files:
        try:
            found = os.stat(file)  # noqa: PTH116 - for thousands of files
        except (OSError, ValueError):
            pieces.append(b"gone")
            continue
        pieces.append(b"%d %d %d %d" % (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
    return digest_parts("modules", pieces)


def module_files() -> list[str]:
    """The files of all modules that are loaded, in order."""
    modules = list(sys.modules.values())
    found = {file for module in modules if isinstance(file := getattr(module, "__file__", None), str)}
    return sorted(map(os.path.abspath, found))


def module_folders() -> list[str]:
    """The folders of `sys.path`, each once, in order."""
    return list(dict.fromkeys(os.path.abspath(entry) for entry in sys.path))  # noqa: PTH100


def untouched(file: str) -> bool:
    """Whether a file is there and has not been touched since this process began."""
    try:
        return is_unchanged(os.stat(file))  # noqa: PTH116 - for thousands of files
    except (OSError, ValueError):
        return False


def untouched_folder(folder: str, packages: Container[str]) -> bool:
    """Whether nothing that can be imported has come to a folder since this process began. Of `packages`
    it is known: importing them writes into them."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.path, entry.name + "/" * entry.is_dir()) for entry in entries]
    except OSError:
        return False
    return all(path in packages or untouched(path) for path, name in found if _is_importable(name))
