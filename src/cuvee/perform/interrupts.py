"""Interrupts: Ctrl-C and SIGTERM, let through only where the user's code runs.

Between calls a request to stop is remembered and the loop sees it; so a commit is never cut in
two. In the user's code it is a KeyboardInterrupt, at once. A second one is let through anywhere.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.requested = False
        self.in_user_code = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals over, and give them back. Signals reach the main thread only: elsewhere
        this changes nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: dict[int, Any] = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def user_code(self) -> Whose:
        """While this is open an interrupt is raised at once."""
        return Whose(self, users=True)

    def our_code(self) -> Whose:
        """While this is open an interrupt waits: for when the user's code calls back into ours."""
        return Whose(self, users=False)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        again, self.requested = self.requested, True
        if self.in_user_code or again:
            raise KeyboardInterrupt


class Whose:
    """While this is open the user's code runs, or ours again. A class: it is opened for each call."""

    __slots__ = ("_interrupts", "_outer", "_users")

    def __init__(self, interrupts: Interrupts, *, users: bool) -> None:
        self._interrupts = interrupts
        self._users = users
        self._outer = False

    def __enter__(self) -> None:
        self._outer, self._interrupts.in_user_code = self._interrupts.in_user_code, self._users

    def __exit__(self, *_: object) -> None:
        self._interrupts.in_user_code = self._outer
