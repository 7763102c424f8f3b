"""A notebook: one line below the cell that says how far a run is, for as long as it runs.

Scripts and programs that use cuvee as a library are told nothing. In a notebook somebody waits.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cuvee.model.event import CallBegan, CallEnded, CallRetried, CallsKnown, Event, RunBegan, RunEnded
from cuvee.operations.ticker import Ticker

if TYPE_CHECKING:
    from cuvee.ports.observer import Observer

# A run that is over before anybody has read of it shows nothing.
_PATIENCE = 0.5


@contextmanager
def watching_in_notebook() -> Iterator[Observer]:
    """An observer that shows a run's progress below the cell that runs; elsewhere one that does nothing."""
    show = _shower()
    if show is None:
        yield lambda _: None
        return
    line = NotebookLine(show, time.monotonic)
    ticker = Ticker(line.tick, _PATIENCE)
    ticker.start()
    try:
        yield line
    finally:
        ticker.stop()
        line.end()


class NotebookLine:
    """An observer. `show` is told the line each time that somebody asks for it (`tick`)."""

    def __init__(self, show: Callable[[str], object], elapsed: Callable[[], float]) -> None:
        self._show = show
        self._elapsed = elapsed
        self._began = elapsed()
        self._name = ""
        self._total = self._done = 0
        self._running: dict[str, float] = {}
        self._shown = False
        self._ended = ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, RunBegan):
            self._name = f"Run {event.number} of {event.pipeline.rpartition(':')[2]}"
        elif isinstance(event, CallsKnown):
            self._total = max(self._total, event.total)
        elif isinstance(event, CallBegan):
            if not event.beside:
                self._running.clear()
            self._running[event.path] = self._elapsed()
        elif isinstance(event, CallEnded):
            self._done += 1
            self._running.pop(event.call.path, None)
        elif isinstance(event, CallRetried):
            self._running.pop(event.path, None)
        elif isinstance(event, RunEnded):
            self._ended = event.run.status

    def tick(self) -> None:
        """Show how far it is, once the run is on record."""
        if self._name:
            self._shown = True
            self._show(self.text())

    def end(self) -> None:
        """Show what became of it, if anything was shown."""
        if self._shown:
            seconds = self._elapsed() - self._began
            self._show(f"{self._name} {self._ended or 'stopped'} after {seconds:.1f} s")

    def text(self) -> str:
        """`Run 12 of predict · 3 of 5 calls · 4.2 s · train 2.1 s, and 1 more`."""
        now = self._elapsed()
        parts = [self._name, f"{self._done} of {self._total} calls", f"{now - self._began:.1f} s"]
        running = list(self._running.items())
        if running:
            path, since = running[0]
            more = f", and {len(running) - 1} more" if len(running) > 1 else ""
            parts.append(f"{path} {now - since:.1f} s{more}")
        return " · ".join(parts)


def _shower() -> Callable[[str], object] | None:
    """What shows a text below the cell that runs, in one place; None where there is no such cell."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None:
        return None
    from IPython.display import display

    handles: list[Any] = []

    def show(text: str) -> None:
        data = {"text/plain": text}
        if handles:
            handles[0].update(data, raw=True)
        else:
            handles.append(display(data, raw=True, display_id=True))  # type: ignore[no-untyped-call]

    return show
