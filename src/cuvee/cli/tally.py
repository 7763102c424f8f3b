"""How far a run is, folded from its events. Pure: the time is given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cuvee.cli.calls import counts_text, outcome
from cuvee.cli.quantities import clock_text, count_text, seconds_text
from cuvee.cli.summary import short_name
from cuvee.model.event import CallBegan, CallEnded, CallsKnown, Event, RunBegan

_RUNNING_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Running:
    """A call that runs now. `expected` is in seconds, None where nothing is known."""

    path: str
    reason: str
    expected: float | None
    since: float


@dataclass(slots=True)
class Tally:
    """What has been heard of a run. `began` and all times given later are on one clock, in seconds."""

    began: float
    number: int = 0
    name: str = ""
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    running: dict[str, Running] = field(default_factory=dict)

    def note(self, event: Event, now: float) -> None:
        """Take an event into account."""
        if isinstance(event, RunBegan):
            self.number, self.name = event.number, short_name(event.pipeline)
        elif isinstance(event, CallsKnown):
            self.total = max(self.total, event.total)
        elif isinstance(event, CallBegan):
            # One at a time in this process: that another begins says that the one before is over,
            # though its end is told only when it is committed.
            self.running = {event.path: Running(event.path, event.reason, event.expected, now)}
        elif isinstance(event, CallEnded):
            self.running.pop(event.call.path, None)
            self.counts[outcome(event.call)] += 1

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    def headline(self, now: float) -> str:
        """`Run 12 of predict_wine_quality · 3 of 5 calls · 1 executed, 2 reused · 4.2 s`."""
        parts = [f"Run {self.number} of {self.name}" if self.number else "Looking at what to run"]
        if self.total:
            parts.append(f"{self.done} of {count_text(max(self.total, self.done), 'call')}")
        if self.counts:
            parts.append(counts_text(self.counts))
        return " · ".join([*parts, clock_text(now - self.began)])

    def running_lines(self, now: float) -> list[str]:
        """One line for each call that runs: `train  2.1 s of about 3.0 s  code changed: …`."""
        calls = list(self.running.values())
        lines = [self._line(call, now) for call in calls[:_RUNNING_SHOWN]]
        more = len(calls) - len(lines)
        return [*lines, f"and {more} more"] if more > 0 else lines

    def _line(self, call: Running, now: float) -> str:
        time = clock_text(now - call.since)
        if call.expected is not None and call.expected >= 0.1:
            time += f" of about {seconds_text(call.expected)}"
        return f"{call.path}  {time}  {call.reason}"
