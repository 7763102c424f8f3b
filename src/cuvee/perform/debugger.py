"""The debugger: a function called with it at the first line, or opened where an exception came from.

Which one is what `breakpoint()` would open: pdb, what PYTHONBREAKPOINT names, or a hook that is set.
"""

from __future__ import annotations

import bdb
import inspect
import os
import pdb
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from types import CodeType, FrameType, TracebackType
from typing import Any

from cuvee.errors import ConfigurationError
from cuvee.perform.event_loop import EventLoop, is_coroutine
from cuvee.perform.failures import LOOP, is_ours
from cuvee.perform.streaming import is_stream

_VARIABLE = "PYTHONBREAKPOINT"

Enter = Callable[[FrameType], None]
IsOwn = Callable[[str], bool]
"""Whether a file is the user's."""


class Left(Exception):
    """The user has left the debugger before the function came to its end."""


def check_debugger() -> None:
    """Raise ConfigurationError where debuggers are switched off."""
    if sys.breakpointhook is sys.__breakpointhook__ and os.environ.get(_VARIABLE) == "0":
        raise ConfigurationError(
            f"{_VARIABLE}=0 switches debuggers off: unset it, or name one, such as {_VARIABLE}=ipdb.set_trace"
        )


def call_stopped(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The function's result, where the debugger stood at its first line to begin with.

    All that a generator yields, as a list. Raises what the function raises, and Left.
    """
    sys.settrace(_stopping(inspect.unwrap(function).__code__, _entrance()))
    with _interrupts_given_back():
        try:
            return call_whole(function, args, kwargs)
        except bdb.BdbQuit:
            raise Left from None
        finally:
            sys.settrace(None)


def call_whole(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The function's result, awaited if it is async; all that a generator yields, as a list."""
    result = function(*args, **kwargs)
    if is_coroutine(function, result):
        return EventLoop().run(result)
    return list(result) if is_stream(function, result) else result


def post_mortem(error: BaseException, is_own: IsOwn) -> None:
    """Open the debugger where the exception came from; returns when the user leaves it.

    pdb stands at the last frame that `is_own`, by its file: `down` leads into the libraries that were called
    from there. Another debugger stands where it will.
    """
    trace = _without_ours(error.__traceback__)
    with _interrupts_given_back(), suppress(bdb.BdbQuit):
        _mortician(is_own)(trace)


@contextmanager
def _interrupts_given_back() -> Iterator[None]:
    """pdb takes Ctrl-C for itself when a program goes on, and would keep it after its end."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is not before:
            signal.signal(signal.SIGINT, before)


def _stopping(code: CodeType, enter: Enter) -> Callable[[FrameType, str, Any], Any]:
    """What to trace with so that a debugger is entered when this code is."""

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        if event != "call" or frame.f_code is not code:
            return None
        enter(frame)
        # What the debugger has just set; it stops at the line that comes next, the first.
        return frame.f_trace

    return trace


def _entrance() -> Enter:
    """How the debugger is entered for a frame."""
    if _is_plain():
        return _enter_pdb
    # It takes the frame that calls it, and all below: the one that matters among them.
    return lambda _frame: sys.breakpointhook()


def _enter_pdb(frame: FrameType) -> None:
    debugger = pdb.Pdb(skip=["cuvee.*", "cuvee"])
    debugger.set_trace(frame)
    debugger.botframe = frame  # what is below it is ours: nobody wants to see it


def _is_plain() -> bool:
    return sys.breakpointhook is sys.__breakpointhook__ and not os.environ.get(_VARIABLE)


class _AtOwn(pdb.Pdb):
    """pdb, which opens an exception at the user's own frame."""

    def __init__(self, is_own: IsOwn) -> None:
        super().__init__()
        self._is_own = is_own

    def get_stack(
        self, f: FrameType | None, t: TracebackType | None
    ) -> tuple[list[tuple[FrameType, int]], int]:
        stack, at = super().get_stack(f, t)
        own = (index for index in range(at, -1, -1) if self._is_own(stack[index][0].f_code.co_filename))
        return stack, next(own, at)


def _open_pdb(trace: TracebackType | None, is_own: IsOwn) -> None:
    debugger = _AtOwn(is_own)
    debugger.reset()
    debugger.interaction(None, trace)


def _mortician(is_own: IsOwn) -> Callable[[TracebackType | None], Any]:
    """The `post_mortem` of the module that has the user's `set_trace`, else that of pdb."""
    if sys.breakpointhook is not sys.__breakpointhook__:
        name = getattr(sys.breakpointhook, "__module__", "")
    else:
        name = os.environ.get(_VARIABLE, "").rpartition(".")[0]
    found = getattr(import_module(name), "post_mortem", None) if name else None
    return found or partial(_open_pdb, is_own=is_own)


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that is the user's; all of it where nothing is."""
    below = trace
    while below is not None and _is_before(below.tb_frame.f_code.co_filename):
        below = below.tb_next
    return below or trace


def _is_before(filename: str) -> bool:
    """Whether a frame of this file stands before the user's first: ours, or the event loop's."""
    return is_ours(filename) or LOOP in filename
