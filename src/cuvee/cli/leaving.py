"""Leaving: how the process of a command ends, once all is done and told.

Python takes a process apart, object by object, before it ends it: a third of a second where pandas and
scikit-learn are loaded. Here it just ends, unless something may still have to be done: a descriptor is open
for writing, whoever's it is, or there is an object with a finalizer of somebody's. Then it is taken apart as
ever. What is registered to be done at exit is done either way, and threads are waited for.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Iterable
from itertools import compress
from types import AsyncGeneratorType, CoroutineType, GeneratorType, ModuleType
from typing import Any

_SUSPENDED = (GeneratorType, CoroutineType, AsyncGeneratorType)
_BUFFERED = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)
# Our own extension modules print nothing, and have nothing to do at exit.
_QUIET = frozenset({"apsw", "blake3", "msgspec"})
# What stands before standard input while calls run: it closes nothing, and writes nothing.
_READS = "cuvee.perform.watching.typed"
# Their processes end by a pipe: where there is one, it is open for writing.
_TRACKERS = frozenset({"multiprocessing.resource_tracker", "joblib.externals.loky.backend.resource_tracker"})


class Leaving:
    """The end of this process. To be made before anybody has anything to do at exit: then its own comes last.

    `code` is the exit code; as long as there is none, Python ends the process in its own way.
    """

    def __init__(self) -> None:
        self.code: int | None = None
        if not atexit._ncallbacks():  # what is registered already would be left out
            atexit.register(self._leave)

    def _leave(self) -> None:
        if self.code is None or _is_open_for_writing():
            return
        finalized = _finalized()
        if not all(map(_is_over, finalized)):
            return
        try:
            _flush(finalized)
        except (OSError, ValueError):
            return  # Python has a way to tell of it
        if _has_foreign_extensions():
            import ctypes

            # What C code has printed is written, and what it has to do at exit is done.
            ctypes.PyDLL(None).exit(self.code)
        os._exit(self.code)


def _is_open_for_writing() -> bool:
    """Whether a descriptor is, but for the standard streams: somebody may not have written all of it yet."""
    from cuvee.ports import descriptors  # here and not at the start, where little is loaded

    try:
        found = descriptors.opened()
    except OSError:
        return True
    # A pipe that this process was started with is nobody's here: make has such.
    return any(
        each.written_to and not each.is_device and not (each.is_pipe and each.inherited) for each in found
    )


def _finalized() -> list[Any]:
    """The objects with something of their own to do when they are taken apart."""
    objects = gc.get_objects()
    # There may be a million: Python's own loops go through them.
    return list(compress(objects, map(_Finalizes().__getitem__, map(type, objects))))


class _Finalizes(dict[type, bool]):
    """Whether a class has a finalizer; it is asked once."""

    def __missing__(self, kind: type) -> bool:
        found = self[kind] = hasattr(kind, "__del__")
        return found


def _is_over(each: Any) -> bool:
    """Whether nothing comes of it any more, as nothing is open for writing but the standard streams."""
    if isinstance(each, _SUSPENDED):
        return not _is_in_the_middle(each)
    if isinstance(each, io.IOBase):
        return type(each).__module__ in ("_io", _READS) or isinstance(each, _BUFFERED) or each.closed
    return isinstance(each, ModuleType) or type(each).__module__ in _TRACKERS


def _is_in_the_middle(suspended: Any) -> bool:
    """Whether something of the user's is still to run of a generator or a coroutine: a `finally`, say."""
    for prefix in ("gi", "cr", "ag"):
        frame = getattr(suspended, f"{prefix}_frame", None)
        if frame is not None and getattr(suspended, f"{prefix}_suspended", True):
            return not _is_installed(frame.f_code.co_filename)
    return False


def _is_installed(file: str) -> bool:
    return f"{os.sep}site-packages{os.sep}" in file or f"{os.sep}dist-packages{os.sep}" in file


def _flush(objects: Iterable[Any]) -> None:
    """Write what is buffered for the standard streams: of texts first, as they write into the others."""
    buffered = [each for each in objects if isinstance(each, _BUFFERED) and not each.closed]
    for each in sorted(buffered, key=lambda each: not isinstance(each, io.TextIOWrapper)):
        each.flush()


def _has_foreign_extensions() -> bool:
    """Whether anything in C is loaded that is neither Python's own nor ours."""
    own = sys.stdlib_module_names | _QUIET
    foreign = (module for name, module in list(sys.modules.items()) if name.partition(".")[0] not in own)
    return any(map(_is_extension, foreign))


def _is_extension(module: Any) -> bool:
    loader = getattr(getattr(module, "__spec__", None), "loader", None)
    return type(loader).__name__ == "ExtensionFileLoader"
