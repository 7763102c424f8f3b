"""Progress of a run: a line for each call as it ends, or one display that is drawn over itself on a terminal.

Calls are told once where all is read in one place: lines go to the answer, and then no table does.
Where a person watches the terminal and the answer goes to a file, each has them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from cuvee.cli.calls import HEADER, counts_text, outcome, outcome_style, swap_text, time_text
from cuvee.cli.output import Output
from cuvee.cli.summary import parameters_text
from cuvee.cli.table import Cell, Row, shortened, table_lines
from cuvee.cli.tally import Tally
from cuvee.cli.task_rows import retry_text
from cuvee.errors import EnvironmentFault
from cuvee.model.event import (
    CallBegan,
    CallEnded,
    CallLogged,
    CallRetried,
    CallsKnown,
    Event,
    RunBegan,
    RunEnded,
    Warned,
)
from cuvee.model.record import CallRecord
from cuvee.ports.observer import Observer

# With more calls than this a line for each would hide what matters: then there is one every few seconds.
_LINES_FOR_CALLS = 50
_SECONDS_BETWEEN = 2.0
# How wide the columns are at least: what the calls to come are called is not known yet.
_COLUMNS = (18, 9, 12, 25)


class Watcher(Observer, Protocol):
    """An observer of a run that knows what it has said."""

    @property
    def told_calls(self) -> bool:
        """Whether the answer has a line of every call already."""
        ...


@contextmanager
def watching(output: Output) -> Iterator[Watcher]:
    """An observer that shows a run's progress for as long as this is open, as the output allows.

    Raises EnvironmentFault at the end if the answer could not be written: no reason to end a run.
    """
    if output.events:
        from cuvee.cli.events import Events

        events = Events(output)
        yield events
        if events.fault is not None:
            raise events.fault
    elif output.json:
        yield Warnings(output)
    elif not output.live:
        lines = Lines(output)
        yield lines
        if lines.fault is not None:
            raise lines.fault
    else:
        from cuvee.cli.live import Display

        with Display(output) as display:
            yield display


def warn(output: Output, text: str) -> None:
    """A warning beside the answer."""
    output.note(f"{output.paint_note('warning:', 'warn')} {text}")


class Warnings:
    """Tells warnings and nothing else."""

    told_calls = False

    def __init__(self, output: Output) -> None:
        self._output = output

    def __call__(self, event: Event) -> None:
        if isinstance(event, Warned):
            warn(self._output, event.text)


class Lines:
    """A line for each call that ends; of many calls one every few seconds, and each failure."""

    def __init__(self, output: Output, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._paint = output.paint_note if output.apart else output.paint
        self._elapsed = elapsed
        self._tally = Tally(elapsed())
        self._last_line = self._tally.began
        self._counted = self._headed = self._in_a_line = False
        self.fault: EnvironmentFault | None = None

    @property
    def told_calls(self) -> bool:
        return self._headed and not self._counted and not self._output.apart

    def __call__(self, event: Event) -> None:
        self._tally.note(event, self._elapsed())
        if isinstance(event, Warned):
            warn(self._output, event.text)
        elif isinstance(event, RunBegan):
            given = f"({parameters_text(event.parameters)})"
            swaps = f", swapped: {', '.join(map(swap_text, event.swaps))}" if event.swaps else ""
            line = f"Run {event.number} of {self._tally.name}{given}{swaps}"
            self._tell(shortened(line, self._output.width))
        elif isinstance(event, CallsKnown):
            self._head()
        elif isinstance(event, CallEnded):
            self._ended(event.call)
        elif isinstance(event, CallLogged):
            if event.stream == "stdout" and event.text:
                self._in_a_line = not event.text.endswith("\n")
        elif isinstance(event, CallRetried):
            self._output.note(f"  {retry_text(event)}")
        elif isinstance(event, CallBegan | RunEnded):
            self._maybe_count()

    def _head(self) -> None:
        if not self._headed and 0 < self._tally.total <= _LINES_FOR_CALLS:
            self._headed = True
            self._tell("", *self._row(HEADER))

    def _ended(self, call: CallRecord) -> None:
        if self._tally.total <= _LINES_FOR_CALLS:
            self._tell(*self._row(_of_call(call)))
            return
        self._counted = True
        if call.status == "failed":
            self._output.note(*self._row(_of_call(call)))
        else:
            self._maybe_count()

    def _tell(self, *lines: str) -> None:
        if self._output.apart:
            self._output.note(*lines)
        elif self.fault is None:
            unended, self._in_a_line = self._in_a_line, False
            try:
                self._output.lines(*([""] if unended else []), *lines)
            except EnvironmentFault as fault:
                self.fault = fault

    def _row(self, row: Row) -> list[str]:
        return table_lines([row], width=self._output.width, paint=self._paint, least=_COLUMNS)

    def _maybe_count(self) -> None:
        now = self._elapsed()
        if self._tally.total > _LINES_FOR_CALLS and now - self._last_line >= _SECONDS_BETWEEN:
            self._last_line = now
            counted = f"{self._tally.done} of {self._tally.total} calls: {counts_text(self._tally.counts)}"
            self._output.note(f"  {counted}")


def _of_call(call: CallRecord) -> Row:
    why = call.reason if call.failure is None else f"{call.failure.type}: {call.failure.message}"
    return [
        Cell(call.path, "bold"),
        Cell(outcome(call), outcome_style(call)),
        Cell(time_text(call)),
        Cell(why.partition("\n")[0], "dim"),
    ]
