"""Chance: the global random generators, set from a call's seed.

`random` is always set; numpy and torch if they are loaded, or when a call loads them. The state
that was there before is kept once for a run, and put back after it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader  # 6 ms


def seed_generators(seed: bytes) -> None:
    """Set the global state of every generator that is loaded from at least 32 bytes of seed."""
    import random  # half a millisecond, and most calls draw none

    random.seed(seed)
    for name, apply in _LIBRARIES.items():
        module = sys.modules.get(name)
        if module is not None:
            apply(module, seed)


@contextmanager
def seeding_loads(seed: Callable[[], bytes | None]) -> Iterator[None]:
    """While this is open, a library that a call loads is set from that call's seed, as if it had
    been there; afterwards every generator has the state again that it had before."""
    before = [(save, save(sys.modules[name])) for name, save in _SAVERS.items() if name in sys.modules]
    python = sys.modules["random"].getstate() if "random" in sys.modules else None
    finder = _SeedOnLoad(seed)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _set_again(python)
        for _, restore in before:
            restore()


def _set_again(state: Any) -> None:
    """Have `random` go on from this state; from one that nobody knows, if it was not there before."""
    if state is not None:
        sys.modules["random"].setstate(state)
    elif "random" in sys.modules:
        sys.modules["random"].seed()


class _SeedOnLoad:
    """Finds nothing itself; has libraries with generators seeded right after they are loaded."""

    def __init__(self, seed: Callable[[], bytes | None]) -> None:
        self._seed = seed
        self._looking: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _LIBRARIES or name in self._looking:
            return None
        self._looking.add(name)
        try:
            spec = find_spec(name)
        finally:
            self._looking.discard(name)
        if spec is not None and spec.loader is not None:
            spec.loader = cast("Loader", _Loader(spec.loader, name, self._seed))
        return spec


class _Loader:
    def __init__(self, inner: Any, name: str, seed: Callable[[], bytes | None]) -> None:
        self._inner = inner
        self._name = name
        self._seed = seed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        if module.__spec__ is not None:
            module.__spec__.loader = self._inner
        seed = self._seed()
        if seed is not None:
            _LIBRARIES[self._name](module, seed)


def _seed_numpy(module: Any, seed: bytes) -> None:
    words = [int.from_bytes(seed[start : start + 4], "little") for start in range(0, 32, 4)]
    module.seed(words)


def _seed_torch(module: Any, seed: bytes) -> None:
    module.manual_seed(int.from_bytes(seed[:8], "little") >> 1)


def _save_numpy(module: Any) -> Callable[[], None]:
    state = module.get_state(legacy=False)
    return lambda: module.set_state(state)


def _save_torch(module: Any) -> Callable[[], None]:
    state = module.get_rng_state()
    return lambda: module.set_rng_state(state)


_LIBRARIES: dict[str, Callable[[Any, bytes], None]] = {"numpy.random": _seed_numpy, "torch": _seed_torch}
_SAVERS: dict[str, Callable[[Any], Callable[[], None]]] = {"numpy.random": _save_numpy, "torch": _save_torch}
