"""Noise: what is read and looked for without any result depending on it.

Left out are Python itself, installed packages, the system's own folders and the caches that
libraries keep for themselves in a home folder; and variables that tell where and how a program
runs, unless code of the project reads them by itself.
"""

from __future__ import annotations

import functools
import os
import site
from pathlib import Path

from cuvee.fingerprint.origins import standard_library
from cuvee.fingerprint.variables import tells_where
from cuvee.perform.watching.asker import Asker

_SYSTEM = (
    "/proc", "/sys", "/dev", "/run", "/etc", "/lib", "/lib64", "/usr/lib", "/usr/lib64",
    "/usr/local/lib", "/usr/share/fonts", "/usr/share/mime", "/usr/share/zoneinfo",
    "/usr/share/locale", "/usr/local/share/fonts", "/System", "/Library/Fonts",
)  # fmt: skip
_CACHES = (
    ".cache/matplotlib", ".cache/fontconfig", ".cache/pip", ".config/matplotlib", ".matplotlib",
    ".fonts", ".ipython", ".jupyter", ".local/share/jupyter", ".config/fontconfig",
    ".local/share/fonts", "Library/Caches/matplotlib", "Library/Fonts",
)  # fmt: skip


def foreign_folders(root: Path, home: Path) -> tuple[str, ...]:
    """The folders that no observation is made in, each with a slash at its end; `home` is the store's."""
    user = Path.home()
    folders = [*_SYSTEM, *(str(user / name) for name in _CACHES), *_python_folders()]
    within = f"{root}/"
    foreign = [f"{folder.rstrip('/')}/" for folder in folders]
    return (f"{home}/", *(folder for folder in foreign if not within.startswith(folder)))


@functools.cache
def _python_folders() -> tuple[str, ...]:
    """Where Python, what is installed and we lie."""
    installed = (*site.getsitepackages(), site.getusersitepackages())
    return (*standard_library(), *installed, str(Path(__file__).parents[2]))


def is_surrounding(name: str, asker: Asker) -> bool:
    """Whether a variable only says where a program runs, and is not asked for by the project's own code."""
    by_name = asker.direct and not asker.went_through(*_OWN_LOOKS)
    if by_name:
        return False
    return (name == "HOME" and not asker.direct) or tells_where(name)


# What Python's own modules read for themselves, whoever calls them.
_OWN_LOOKS = (
    "locale.py",
    "gettext.py",
    "tempfile.py",
    "shutil.py",
    "subprocess.py",
    "pdb.py",
    "webbrowser.py",
    "traceback.py",
    "_colorize.py",
    "argparse.py",
)


def source_of(path: str) -> str:
    """The source of a compiled module; any other path as it is."""
    if not path.endswith(".pyc"):
        return path
    folder, _, name = path.rpartition(f"{os.sep}__pycache__{os.sep}")
    return f"{folder}/{name.partition('.')[0]}.py" if folder else path
