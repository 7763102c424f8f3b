"""Where the user's project is, and where its store."""

from __future__ import annotations

from pathlib import Path

from cuvee.errors import ConfigurationError, StoreFault

PROJECT_FILE = "pyproject.toml"

_MARK = "# A store of cuvee: results and records of runs, no source.\n"
_IGNORE_ALL = _MARK + "*\n"


def find_project(start: Path) -> Path:
    """The project that a folder belongs to: the nearest folder upwards with a pyproject.toml.

    Without one it is the folder itself; if that is a package, the folder that the package lies in,
    because what is beside a module in its package is source of the same project.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / PROJECT_FILE).is_file():
            return candidate
    while (folder / "__init__.py").is_file() and folder.name:
        folder = folder.parent
    return folder


def find_home(root: Path, setting: str) -> Path:
    """The store's folder: `setting`, relative to the root; `~` is the home folder.

    Raises ConfigurationError if it is a file, or if the project itself lies in it: the store never
    counts as source, so nothing of the project would.
    """
    home = (root / Path(setting).expanduser()).resolve()
    if root.resolve().is_relative_to(home):
        raise ConfigurationError(
            f"store = {setting!r} is {home}, which holds the project's own source: "
            "give the store a folder of its own, '.cuvee' for example (the default)"
        )
    if home.is_file():
        raise ConfigurationError(
            f"store = {setting!r} is a file, {home}: give a folder, which is made if it is not there"
        )
    return home


def make_home(home: Path) -> Path:
    """The store's folder, made if it is not there, with a .gitignore that keeps it out of git.

    Raises ConfigurationError for a folder with other things in it (source there would no longer
    count as source), StoreFault if it cannot be made.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        _mark(home)
    except OSError as error:
        raise StoreFault(
            f"the store cannot be made in {home}: {error.strerror}. Make it possible, "
            "or choose another folder with the environment variable CUVEE_HOME"
        ) from error
    return home


def _mark(home: Path) -> None:
    """Write .gitignore before anything else, so that a folder with other things has one, or is no store."""
    ignore = home / ".gitignore"
    if ignore.is_file() and ignore.read_text(encoding="utf-8", errors="replace").startswith(_MARK):
        return
    others = sorted(entry.name for entry in home.iterdir() if entry != ignore)
    if others:
        listed = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        raise ConfigurationError(
            f"{home} cannot be the store: it has other things in it ({listed}). Choose a folder that is "
            "new or empty; or, if it is a store whose .gitignore was lost, put back its first line: "
            f"{_MARK.strip()}"
        )
    ignore.write_text(_IGNORE_ALL, encoding="utf-8")
