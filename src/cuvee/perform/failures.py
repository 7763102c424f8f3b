"""Failures: an exception of the user's code, as they would have seen it without us."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cuvee.codecs.naming import module_name
from cuvee.model.order import Failure

if TYPE_CHECKING:
    import traceback

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120
_IMPORT_MACHINERY = "<frozen importlib"
LOOP = f"{os.sep}asyncio{os.sep}"


def describe_failure(error: BaseException) -> Failure:
    """The exception's type, message and traceback, without frames of ours or of the import system."""
    import traceback  # few calls fail

    report = traceback.TracebackException.from_exception(error)
    _drop_our_frames(report, set())
    where = report.stack[-1] if report.stack else None
    return Failure(
        type(error).__name__,
        _message(error),
        "".join(report.format()),
        where.filename if where else "",
        (where.lineno or 0) if where else 0,
    )


def kinds_of(error: BaseException) -> tuple[str, ...]:
    """The classes that an exception is of, nearest first, as `module:qualname`."""
    return tuple(f"{module_name(each.__module__)}:{each.__qualname__}" for each in type(error).__mro__)


def _drop_our_frames(report: traceback.TracebackException, seen: set[int]) -> None:
    if id(report) in seen:
        return
    seen.add(id(report))
    kept = [frame for frame in report.stack if not is_ours(frame.filename)]
    # The event loop that we ran a coroutine on stands before the user's first frame, and not after it.
    theirs = next((at for at, frame in enumerate(kept) if LOOP not in frame.filename), 0)
    del kept[:theirs]
    report.stack[:] = kept
    linked = [report.__cause__, report.__context__, *(report.exceptions or ())]
    for other in linked:
        if other is not None:
            _drop_our_frames(other, seen)


def is_ours(filename: str) -> bool:
    """Whether a frame of this file is one of ours, or of the import system."""
    ours = filename.startswith(_PACKAGE) and not filename.startswith(_PACKAGE + "examples")
    return ours or filename.startswith(_IMPORT_MACHINERY)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 - a user's __str__ may raise anything
        return f"<its message cannot be had: {type(broken).__name__}>"
