"""Remembered: what functions keep by `functools.cache` from one call to the next.

A call that finds in such a cache what an earlier one put there asks nothing of the world for it, and
depends on it all the same: on what was asked when the cache was filled.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from cuvee.model.value import Value
from cuvee.perform.notes import Findings, Notes, Scratch, taken_together
from cuvee.perform.watching.asker import Asker, Origin, keepers

OriginOf = Callable[[str, str, object], Origin]
"""Whose a loaded module is, by its name, its file and its spec."""

_CACHED: Any = type(functools.cache(len))


class _Seen(Value, frozen=True):
    """How often a cache had been hit and missed when it was last looked at."""

    hits: int
    misses: int


_NEVER = _Seen(0, 0)


class _Cache:
    """One function with a cache: `asked` is what was asked to fill it, `notes` what is being asked now."""

    __slots__ = ("asked", "function", "notes", "seen")

    def __init__(self, function: Any, asked: Findings) -> None:
        self.function = function
        self.asked = asked
        self.notes: Notes | None = None
        self.seen = _seen(function)


class Remembered:
    """The caches that the project's modules have in this process. There is one of these, as of them."""

    def __init__(self) -> None:
        self._caches: dict[int, _Cache] = {}
        self._modules = 0
        self._root: Path | None = None
        self._elsewhere: dict[str, Any] = {}  # what is loaded and is not the project's in that folder

    def begin(self, origin_of: OriginOf, root: Path, imports: Callable[[], Iterable[Findings]]) -> None:
        """A call begins. `imports` tells what modules asked when they were imported: caches that were
        filled before anybody looked were filled then."""
        if len(sys.modules) != self._modules:
            self._find(origin_of, root, imports)
        for cache in self._caches.values():
            cache.seen = _seen(cache.function)

    def end(self, found: Findings, origin_of: OriginOf, root: Path, scratch: Scratch) -> Findings:
        """What a call that has ended depends on: what it has `found`, and what is behind what it was
        given by caches."""
        if len(sys.modules) != self._modules:
            self._find(origin_of, root, lambda: [found])
        if not self._caches:
            return found
        touched = [cache for cache in self._caches.values() if _seen(cache.function) != cache.seen]
        if not touched:
            return found
        hit = [cache.asked for cache in touched if _seen(cache.function).hits != cache.seen.hits]
        for cache in touched:
            if _seen(cache.function).misses == cache.seen.misses:
                continue
            # It may have been filled with what others gave.
            own = Findings() if cache.notes is None else cache.notes.findings(root, scratch)
            cache.asked = taken_together([cache.asked, own, *hit])
            cache.notes = None
        return taken_together([found, *hit])

    def notes_for(self, asker: Asker) -> Iterator[Notes]:
        """Where to note what is asked while caches are being filled."""
        for code in asker.kept_by:
            cache = self._caches.get(code)
            if cache is not None:
                if cache.notes is None:
                    cache.notes = Notes()
                yield cache.notes

    def _find(self, origin_of: OriginOf, root: Path, imports: Callable[[], Iterable[Findings]]) -> None:
        self._modules = len(sys.modules)
        for module in self._of_project(origin_of, root):
            for function, code in _cached_in(module):
                known = self._caches.get(id(code))
                if known is None or known.function is not function:
                    filled = _seen(function) != _NEVER
                    asked = taken_together([Findings(), *imports()]) if filled else Findings()
                    self._caches[id(code)] = _Cache(function, asked)
                    keepers[id(code)] = code

    def _of_project(self, origin_of: OriginOf, root: Path) -> Iterator[ModuleType]:
        """The project's modules. Of thousands that are not it is asked once whose they are."""
        if root != self._root:
            self._root = root
            self._elsewhere.clear()
        elsewhere = self._elsewhere
        for name, module in list(sys.modules.items()):
            if name in elsewhere and elsewhere[name] is module:
                continue
            space = vars(module) if issubclass(type(module), ModuleType) else {}
            file = space.get("__file__")
            if isinstance(file, str):
                if origin_of(name, file, space.get("__spec__")) == "project":
                    yield module
                else:
                    elsewhere[name] = module


def _cached_in(module: ModuleType) -> Iterator[tuple[Any, Any]]:
    """The functions with a cache that a module and its classes have, each with its code.

    Nothing is asked of what lies there but its type: who knows what an attribute of a stand-in does.
    """
    spaces = [vars(module)]
    spaces += [vars(each) for each in list(vars(module).values()) if issubclass(type(each), type)]
    for space in spaces:
        for value in list(space.values()):
            plain = value.__func__ if type(value) in (staticmethod, classmethod) else value
            if type(plain) is _CACHED and type(plain.__wrapped__) is FunctionType:
                yield plain, plain.__wrapped__.__code__


def _seen(function: Any) -> _Seen:
    told = function.cache_info()
    return _Seen(told.hits, told.misses)


remembered = Remembered()
