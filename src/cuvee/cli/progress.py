"""Progress of a run: lines as calls end, or one display that is drawn over itself on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cuvee.cli.calls import counts_text, outcome, outcome_style, time_text
from cuvee.cli.output import Output
from cuvee.cli.summary import parameters_text
from cuvee.cli.tally import Tally
from cuvee.model.event import CallBegan, CallEnded, Event, RunBegan, RunEnded, Warned
from cuvee.model.record import CallRecord
from cuvee.ports.observer import Observer

# With more calls than this a line for each would hide what matters: then there is one every few seconds.
_LINES_FOR_CALLS = 50
_SECONDS_BETWEEN = 2.0
_PATH_COLUMN, _DECISION_COLUMN, _TIME_COLUMN = 24, 9, 12


@contextmanager
def watching(output: Output) -> Iterator[Observer]:
    """An observer that shows a run's progress for as long as this is open, as the output allows."""
    if output.json:
        yield Warnings(output)
    elif not output.live:
        yield Lines(output)
    else:
        from cuvee.cli.live import Display

        with Display(output) as display:
            yield display


def warn(output: Output, text: str) -> None:
    """A warning beside the answer."""
    output.note(f"{output.paint_note('warning:', 'warn')} {text}")


class Warnings:
    """Tells warnings and nothing else."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __call__(self, event: Event) -> None:
        if isinstance(event, Warned):
            warn(self._output, event.text)


class Lines:
    """A line for each call that ends; of many calls one every few seconds, and each failure."""

    def __init__(self, output: Output, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._elapsed = elapsed
        self._tally = Tally(elapsed())
        self._last_line = self._tally.began

    def __call__(self, event: Event) -> None:
        self._tally.note(event, self._elapsed())
        if isinstance(event, Warned):
            warn(self._output, event.text)
        elif isinstance(event, RunBegan):
            self._output.note(
                f"Run {event.number} of {self._tally.name}({parameters_text(event.parameters)})"
            )
        elif isinstance(event, CallEnded):
            self._ended(event.call)
        elif isinstance(event, CallBegan | RunEnded):
            self._maybe_count()

    def _ended(self, call: CallRecord) -> None:
        if self._tally.total <= _LINES_FOR_CALLS or call.status == "failed":
            paint = self._output.paint_note
            word = outcome(call)
            decision = paint(word, outcome_style(call)) + " " * (_DECISION_COLUMN - len(word))
            why = call.reason if call.failure is None else f"{call.failure.type}: {call.failure.message}"
            known = f"  {call.path:<{_PATH_COLUMN}}  {decision}  {time_text(call):<{_TIME_COLUMN}}"
            self._output.note(f"{known}  {first_line(why)}".rstrip())
        else:
            self._maybe_count()

    def _maybe_count(self) -> None:
        now = self._elapsed()
        if self._tally.total > _LINES_FOR_CALLS and now - self._last_line >= _SECONDS_BETWEEN:
            self._last_line = now
            counted = f"{self._tally.done} of {self._tally.total} calls: {counts_text(self._tally.counts)}"
            self._output.note(f"  {counted}")


def first_line(text: str) -> str:
    """The first line of a text, for where there is room for one."""
    return text.partition("\n")[0]
