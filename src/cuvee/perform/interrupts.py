"""Interrupts: Ctrl-C and SIGTERM, let through only where the user's code runs.

Between calls a request to stop is remembered and the loop sees it; so a commit is never cut in
two. In the user's code it is a KeyboardInterrupt, at once, or as soon as that code goes on; once,
as what it then tidies up may call ours again. A second request is let through anywhere.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

# The handlers whose place ours have taken in this process.
_before: dict[int, Any] = {}


def _give_back() -> None:
    for number, handler in _before.items():
        signal.signal(number, handler)
    _before.clear()


# A copy that the user's code makes of this process is ended by a signal as it would be without us.
os.register_at_fork(after_in_child=_give_back)


class Interrupts:
    """Whether somebody asked to stop.

    `raised`: the user's code has been interrupted. What it gives after that is no result: it may have
    caught the interrupt and returned what it had by then.
    """

    def __init__(self) -> None:
        self.requested = False
        self.raised = False
        self.in_user_code = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals over, and give them back. Signals reach the main thread only: elsewhere
        this changes nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        found: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}
        # One that C code has set is told as None: it could not be given back, and stays.
        before = {number: handler for number, handler in found.items() if handler is not None}
        outermost = not _before
        if outermost:
            _before.update(before)
        for number in before:
            signal.signal(number, self._handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            if outermost:
                _before.clear()

    def user_code(self) -> Whose:
        """While this is open an interrupt is raised at once."""
        return Whose(self, users=True)

    def our_code(self) -> Whose:
        """While this is open an interrupt waits: for when the user's code calls back into ours."""
        return Whose(self, users=False)

    def raise_what_waited(self) -> None:
        """The user's code goes on: what was asked for while ours ran is raised now."""
        if self.requested and not self.raised:
            self.raised = True
            raise KeyboardInterrupt

    def _handle(self, number: int, frame: FrameType | None) -> None:
        again, self.requested = self.requested, True
        if self.in_user_code or again:
            self.raised = True
            raise KeyboardInterrupt


class Whose:
    """While this is open the user's code runs, or ours again. A class: it is opened for each call."""

    __slots__ = ("_interrupts", "_outer", "_users")

    def __init__(self, interrupts: Interrupts, *, users: bool) -> None:
        self._interrupts = interrupts
        self._users = users
        self._outer = False

    def __enter__(self) -> None:
        interrupts = self._interrupts
        self._outer, interrupts.in_user_code = interrupts.in_user_code, self._users
        if self._users and interrupts.requested and not interrupts.raised:
            interrupts.in_user_code = self._outer
            interrupts.raise_what_waited()

    def __exit__(self, kind: object, *_: object) -> None:
        self._interrupts.in_user_code = self._outer
        if kind is None and self._outer and self._interrupts.requested:
            self._interrupts.raise_what_waited()
