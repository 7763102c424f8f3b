"""A ticker: a thread that does something several times a second, and stands still where it has to."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cuvee.ports import threads


class Ticker:
    """Calls `act` every so many `seconds`, between `start` and `stop`."""

    def __init__(self, act: Callable[[], object], seconds: float) -> None:
        self._act = act
        self._seconds = seconds
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def runs(self) -> bool:
        """Whether its thread is there."""
        return self._thread is not None

    def start(self) -> None:
        threads.own.append(self)
        self.resume()

    def stop(self) -> None:
        threads.own.remove(self)
        self.pause()

    def pause(self) -> None:
        """End the thread, and wait for that."""
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            self._thread = None

    def resume(self) -> None:
        """Begin, or go on after a pause."""
        self._over.clear()
        self._thread = threading.Thread(target=self._run, name="cuvee-ticker", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._act()
