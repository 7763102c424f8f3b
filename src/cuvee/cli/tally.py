"""How far a run is, folded from its events, task by task. Pure: the time is given.

An event costs the same however many there have been: what is shown is put together only when it is
looked at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cuvee.cli.calls import counts_text, outcome
from cuvee.cli.quantities import clock_text, count_text, seconds_text
from cuvee.cli.summary import short_name
from cuvee.model.event import CallBegan, CallEnded, CallRetried, CallsKnown, Event, RunBegan

# Below this an estimate of what is left is of no use to anybody.
_WORTH_AN_ESTIMATE = 1.0


@dataclass(frozen=True, slots=True)
class Running:
    """A call that runs now. `expected` is in seconds, None where nothing is known."""

    path: str
    reason: str
    expected: float | None
    since: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that has failed, and is tried again at that time."""

    until: float
    why: str


@dataclass(slots=True)
class OfTask:
    """The calls of one task. `usual`: how many seconds one took in an earlier run."""

    name: str
    total: int = 0
    usual: float | None = None
    counts: Counter[str] = field(default_factory=Counter)
    spent: float = 0.0
    saved: float = 0.0
    running: dict[str, Running] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        return sum(self.counts.values())

    @property
    def seconds(self) -> float | None:
        """How long a call takes: as those of this run did, else as in an earlier one."""
        executed = self.counts["executed"]
        return self.spent / executed if executed else self.usual

    def left(self, now: float) -> float | None:
        """The seconds of work that its calls have left; None where nobody knows."""
        still = self.total - self.ended
        if still <= 0:
            return 0.0
        each = self.seconds
        if each is None:
            return None
        begun = [max(0.0, each - (now - call.since)) for call in list(self.running.values())]
        return each * max(0, still - len(begun)) + sum(begun)


@dataclass(slots=True)
class Tally:
    """What has been heard of a run. `began` and all times given later are on one clock, in seconds."""

    began: float
    number: int = 0
    name: str = ""
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    tasks: dict[str, OfTask] = field(default_factory=dict)
    _last: OfTask | None = None

    def note(self, event: Event, now: float) -> None:
        """Take an event into account."""
        if isinstance(event, CallEnded):
            self._ended(event)
        elif isinstance(event, CallBegan):
            self._began(event, now)
        elif isinstance(event, CallsKnown):
            self.total = max(self.total, event.total)
            for known in event.tasks:
                task = self._task(known.name)
                task.total += known.calls
                task.usual = known.seconds if task.usual is None else task.usual
        elif isinstance(event, CallRetried):
            task = self._task(task_of(event.path))
            task.running.pop(event.path, None)
            task.waiting[event.path] = Waiting(now + event.seconds, event.why)
        elif isinstance(event, RunBegan):
            self.number, self.name = event.number, short_name(event.pipeline)

    def _began(self, event: CallBegan, now: float) -> None:
        if not event.beside and self._last is not None:
            # One at a time: that another begins says that the one before is over, though its end is
            # told only when it is committed.
            self._last.running.clear()
        task = self._last = self._task(task_of(event.path))
        task.waiting.pop(event.path, None)
        task.running[event.path] = Running(event.path, event.reason, event.expected, now)

    def _ended(self, event: CallEnded) -> None:
        call, word = event.call, outcome(event.call)
        self.counts[word] += 1
        task = self._task(task_of(call.path))
        task.running.pop(call.path, None)
        task.waiting.pop(call.path, None)
        task.counts[word] += 1
        task.saved += call.saved
        if word == "executed":
            task.spent += call.seconds

    def _task(self, name: str) -> OfTask:
        task = self.tasks.get(name)
        if task is None:
            task = self.tasks[name] = OfTask(name)
        return task

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    @property
    def running(self) -> list[Running]:
        """All calls that run now."""
        return [call for task in list(self.tasks.values()) for call in list(task.running.values())]

    def headline(self, now: float, width: int = 200) -> str:
        """`Run 12 of predict · 3 of 5 calls · 1 executed, 2 reused · 4.2 s · about 8 s left`; with less room
        less of it."""
        name = f"Run {self.number} of {self.name}" if self.number else "Looking at what to run"
        done = f"{self.done} of {count_text(max(self.total, self.done), 'call')}" if self.total else ""
        counts, clock, left = counts_text(self.counts), clock_text(now - self.began), self.estimate(now)
        whole = [name, done, counts, clock, left]
        for parts in (whole, [name, done, clock, left], [done, clock, left], [done, clock]):
            text = " · ".join(filter(None, parts))
            if len(text) <= width:
                break
        return text

    def estimate(self, now: float) -> str:
        """`about 8 s left`, or `over 8 s left` where of some tasks nobody knows how long they take."""
        running = self.running
        found = [task.left(now) for task in list(self.tasks.values())]
        known = [seconds for seconds in found if seconds is not None]
        # As many run at a time as do now, and nothing is over before what runs now is.
        longest = max((call.expected - (now - call.since) for call in running if call.expected), default=0.0)
        seconds = max(sum(known) / max(1, len(running)), longest)
        if not running or seconds < _WORTH_AN_ESTIMATE:
            return ""
        word = "about" if len(known) == len(found) else "over"
        return f"{word} {f'{seconds:.0f} s' if seconds < 60 else seconds_text(seconds)} left"


def task_of(path: str) -> str:
    """The name that a task's calls have in a run: `train` of `features/train[3]` and `train#2`."""
    name = path.rpartition("/")[2]
    return name.partition("[")[0].partition("#")[0]
