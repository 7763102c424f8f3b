"""Installed distributions: which one owns a module, what version it has, what it requires.

Reads `*.dist-info` folders by itself, and only of what is asked for: `importlib.metadata` takes
30 ms to import, and longer to say who owns a module.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from cuvee.model.value import Value

# Compiled on use: what reaches no distribution needs none of them.
_REQUIREMENT = r"(?mi)^Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)([^\n]*)"
_EXTRA = r"""extra\s*==\s*['"]([^'"]+)['"]"""
_VERSION = r"(?mi)^Version:\s*(\S+)"

# Extras by these names are for working on a distribution, not with it; `all` is a sum of others.
_WORKSHOP = frozenset(
    [
        "all",
        "bench",
        "benchmark",
        "benchmarks",
        "build",
        "check",
        "ci",
        "cov",
        "coverage",
        "dev",
        "devel",
        "develop",
        "development",
        "doc",
        "docs",
        "documentation",
        "example",
        "examples",
        "full",
        "lint",
        "linting",
        "maintenance",
        "mypy",
        "qa",
        "release",
        "style",
        "test",
        "testing",
        "tests",
        "tutorial",
        "tutorials",
        "type",
        "types",
        "typing",
    ]
)


class Distribution(Value, frozen=True):
    """One installed distribution. `editable` is the folder of its source, if it is installed in place."""

    name: str
    version: str
    requires: tuple[str, ...]
    editable: Path | None


class _Listed:
    """What one folder of the path has, and what was read of it."""

    def __init__(self, entry: str, touched: int) -> None:
        self.touched = touched
        self.folders = {_named(name): Path(entry, name) for name in _distributions_in(entry)}
        self.read: dict[str, Distribution | None] = {}
        self.modules: dict[str, frozenset[str]] = {}


class Installed:
    """The distributions on a path, looked at when they are asked for. `before` were those that there were
    earlier: of a folder that nobody has touched since nothing is read again."""

    def __init__(self, path: Iterable[str] | None = None, *, before: Installed | None = None) -> None:
        known = {} if before is None else before._listed
        self._listed: dict[str, _Listed] = {}
        self._where: dict[str, _Listed] = {}
        for entry in sys.path if path is None else path:
            touched, listed = _touched(entry), known.get(entry)
            if listed is None or listed.touched != touched:
                listed = _Listed(entry, touched)
            self._listed[entry] = listed
            for name in listed.folders:
                self._where.setdefault(name, listed)  # the first on the path is what is imported
        self._owners: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, Distribution | None] = {}

    def owners(self, module: str) -> tuple[str, ...]:
        """The distributions that a top-level module belongs to, by normalized name; () if none does."""
        if module not in self._owners:
            likely = normalized(module)
            found = [likely] if likely in self._where and self._owns(likely, module) else []
            if not found or _is_namespace(module):
                found = [name for name in self._where if self._owns(name, module)]
            self._owners[module] = tuple(sorted(found))
        return self._owners[module]

    def distribution(self, name: str) -> Distribution | None:
        """An installed distribution; None if there is none of that name."""
        name = normalized(name)
        if name not in self._known:
            listed = self._where.get(name)
            self._known[name] = None if listed is None else _looked_up(name, listed)
        return self._known[name]

    def closure(self, names: Iterable[str]) -> tuple[Distribution, ...]:
        """These distributions and all that they require at any depth, as far as it is installed.

        Those under a marker or an extra count too, if they are there, but for extras that serve to
        test, document or build.
        """
        waiting = [normalized(name) for name in names]
        found: dict[str, Distribution] = {}
        while waiting:
            name = waiting.pop()
            distribution = self.distribution(name)
            if name not in found and distribution is not None:
                found[name] = distribution
                waiting += distribution.requires
        return tuple(found[name] for name in sorted(found))

    def in_place(self) -> tuple[Path, ...]:
        """Where the source of those lies that were asked for and are installed in place."""
        known = (each.editable for each in self._known.values() if each is not None)
        return tuple(sorted({folder for folder in known if folder is not None}))

    def _owns(self, name: str, module: str) -> bool:
        listed = self._where[name]
        known = listed.modules.get(name)
        if known is None:
            folder = listed.folders[name]
            known = _top_level_of(folder)
            if _is_fixed(folder):
                listed.modules[name] = known
        return module in known


def _distributions_in(entry: str) -> list[str]:
    """What tells of a distribution in a folder of the path; the first of each name comes last."""
    try:
        names = os.listdir(entry or ".")  # noqa: PTH208 - ten times as fast as iterdir
    except OSError:
        return []
    return [name for name in reversed(names) if name.endswith((".dist-info", ".egg-info"))]


def _named(folder: str) -> str:
    return normalized(folder.rpartition(".")[0].partition("-")[0])


def _looked_up(name: str, listed: _Listed) -> Distribution | None:
    if name in listed.read:
        return listed.read[name]
    folder = listed.folders[name]
    found = _read(name, folder)
    if _is_fixed(folder):
        listed.read[name] = found
    return found


def _is_fixed(folder: Path) -> bool:
    """Whether another version would come as another folder: what a project that is worked on says of itself
    is written anew where it is."""
    return folder.suffix == ".dist-info"


def _top_level_of(folder: Path) -> frozenset[str]:
    """The top-level modules of a distribution: all at once, as every module that is not named as its
    distribution is has all of them looked through."""
    told = _bytes(folder / "top_level.txt").split()
    lines = (_bytes(folder / "RECORD") or _bytes(folder / "installed-files.txt")).split(b"\n")
    # A hundred distributions have forty thousand lines: what is done with each is done once.
    first = {line.partition(b"/")[0] for line in lines}
    if b".." in first:
        first.update([line[3:].partition(b"/")[0] for line in lines if line.startswith(b"../")])
    names = [*told, *(name.partition(b".")[0] for name in first)]
    return frozenset([name.decode("utf-8", "replace") for name in names])


def _touched(entry: str) -> int:
    """When something was last put into a folder or taken out of it; 0 of what is none. An installer that
    puts another version in makes a folder for it."""
    try:
        return os.stat(entry or ".").st_mtime_ns  # noqa: PTH116
    except OSError:
        return 0


def normalized(name: str) -> str:
    """A distribution's name as it is compared: `scikit-learn`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_namespace(module: str) -> bool:
    """Whether several distributions may share a top-level module."""
    loaded = sys.modules.get(module)
    return loaded is not None and getattr(loaded, "__file__", None) is None


def _read(name: str, folder: Path) -> Distribution:
    text = _text(folder / "METADATA") or _text(folder / "PKG-INFO") or _text(folder)
    head = text.partition("\n\n")[0]
    version = re.search(_VERSION, head)
    requires = sorted({normalized(each) for each, rest in re.findall(_REQUIREMENT, head) if _is_used(rest)})
    return Distribution(name, version[1] if version else "?", tuple(requires), _editable(folder))


def _is_used(rest: str) -> bool:
    """Whether a requirement counts: one under an extra may be used if it is installed."""
    extras = re.findall(_EXTRA, rest)
    return not extras or any(_WORKSHOP.isdisjoint(normalized(extra).split("-")) for extra in extras)


def _editable(folder: Path) -> Path | None:
    """Where the source of an editable install lies."""
    text = _text(folder / "direct_url.json")
    if not text:
        return None
    import json
    from urllib.parse import unquote, urlparse

    found = json.loads(text)
    if not found.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlparse(found["url"]).path))


def _text(path: Path) -> str:
    # As a text file is read: METADATA may have been written on Windows.
    return _bytes(path).decode("utf-8", "replace").replace("\r\n", "\n")


def _bytes(path: Path) -> bytes:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 - of hundreds of files
            return file.read()
    except OSError:
        return b""
