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


class Installed:
    """The distributions on a path, looked at when they are asked for. `before` were those that there were
    earlier: what nobody has touched since is not read again."""

    def __init__(self, path: Iterable[str] | None = None, *, before: Installed | None = None) -> None:
        entries = tuple(sys.path if path is None else path)
        self._touched = tuple((entry, _touched(entry)) for entry in entries)
        same = before is not None and before._touched == self._touched
        self._folders: dict[str, Path] = before._folders if before and same else {}
        self._were: dict[str, Distribution | None] = before._were if before and same else {}
        if not same:
            for entry in entries:
                self._list(entry)
        self._owners: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, Distribution | None] = {}

    def owners(self, module: str) -> tuple[str, ...]:
        """The distributions that a top-level module belongs to, by normalized name; () if none does."""
        if module not in self._owners:
            likely = normalized(module)
            found = [likely] if likely in self._folders and self._owns(likely, module) else []
            if not found or _is_namespace(module):
                found = [name for name in self._folders if self._owns(name, module)]
            self._owners[module] = tuple(sorted(found))
        return self._owners[module]

    def distribution(self, name: str) -> Distribution | None:
        """An installed distribution; None if there is none of that name."""
        name = normalized(name)
        if name not in self._known:
            self._known[name] = self._were[name] if name in self._were else self._look(name)
        return self._known[name]

    def _look(self, name: str) -> Distribution | None:
        folder = self._folders.get(name)
        found = _read(name, folder) if folder else None
        # What a project that is worked on says of itself is written anew where it is.
        if folder is not None and folder.suffix == ".dist-info":
            self._were[name] = found
        return found

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

    def _list(self, entry: str) -> None:
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208 - ten times as fast as iterdir
        except OSError:
            return
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                key = normalized(name.rpartition(".")[0].partition("-")[0])
                self._folders.setdefault(key, Path(entry, name))  # the first on the path is what is imported

    def _owns(self, name: str, module: str) -> bool:
        folder = self._folders[name]
        top = _text(folder / "top_level.txt")
        if top and module in top.split():
            return True
        record = _text(folder / "RECORD") or _text(folder / "installed-files.txt")
        if f"{module}/" not in record and f"{module}." not in record:  # a search for text is 30 × faster
            return False
        return re.search(rf"^(?:\.\./)?{re.escape(module)}(?:/|\.)", record, re.MULTILINE) is not None


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
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
