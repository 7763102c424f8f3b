"""Libraries that read files in C, of which Python tells nothing: stand-ins at their common entrances.

They are put in place only in libraries that are loaded, and in the others when these are.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from cuvee.perform.watching.ear import hearing, listeners
from cuvee.perform.watching.entrances import ENTRANCES, Entrance
from cuvee.perform.watching.standin import Note, StandIn

if TYPE_CHECKING:
    from importlib.abc import Loader  # 6 ms

Put = Callable[[Any, str, Any], None]


class Libraries:
    """Finds no module itself; has stand-ins put in place right after a library is loaded."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._looking: set[str] = set()

    def open(self) -> None:
        for name in ENTRANCES:
            module = sys.modules.get(name)
            if module is not None and not _is_loading(module):
                self.loaded(module)
        sys.meta_path.insert(0, self)

    def close(self) -> None:
        sys.meta_path.remove(self)

    def loaded(self, module: ModuleType) -> None:
        """Put the stand-ins of this module in place."""
        for entrance in ENTRANCES.get(module.__name__, ()):
            owner_name, _, name = entrance.name.rpartition(".")
            owner = getattr(module, owner_name, None) if owner_name else module
            function = vars(owner).get(name) if owner is not None else None
            if function is not None:
                self._put(owner, name, _stand_in(function, module.__name__, entrance))

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in ENTRANCES or name in self._looking:
            return None
        self._looking.add(name)
        try:
            spec = find_spec(name)
        finally:
            self._looking.discard(name)
        if spec is not None and spec.loader is not None:
            spec.loader = cast("Loader", _Loader(spec.loader, self))
        return spec


class _Loader:
    def __init__(self, inner: Any, libraries: Libraries) -> None:
        self._inner = inner
        self._libraries = libraries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        if module.__spec__ is not None:
            module.__spec__.loader = self._inner
        self._libraries.loaded(module)


def _is_loading(module: ModuleType) -> bool:
    return bool(getattr(module.__spec__, "_initializing", False))


def _stand_in(function: Any, module: str, entrance: Entrance) -> Any:
    note = functools.partial(_note, entrance)
    if "." in entrance.name:
        return _method(function, note, entrance.of_caller)
    if entrance.of_caller:
        return _CallersStandIn(function, module, entrance.name, note)
    return StandIn(function, module, entrance.name, note)


def _note(entrance: Entrance, frame: FrameType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if not listeners:
        return
    with hearing(frame) as heard:
        if heard is not None:
            entrance.tell(heard, args, kwargs)


def _method(function: Any, note: Note, of_caller: bool) -> Any:
    """A stand-in for a method: a function, so that it is bound like one."""

    @functools.wraps(function)
    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        note(frame, args, kwargs)
        if of_caller:
            return _called_there(frame, function, (self, *args), kwargs)
        return function(self, *args, **kwargs)

    return method


class _CallersStandIn(StandIn):
    """For a function that looks at the variables of its caller: `duckdb.sql("select * from frame")`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        self._note(frame, args, kwargs)
        return _called_there(frame, self.function, args, kwargs)


_CALL = compile("__cuvee_call__()", "<frozen cuvee>", "eval")


def _called_there(frame: FrameType, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function so that it finds the caller's variables where it looks for them."""
    call = functools.partial(function, *args, **kwargs)
    return eval(_CALL, frame.f_globals, {**frame.f_locals, "__cuvee_call__": call})  # noqa: S307 - our own code
