"""The tasks of a run as it goes, one a row: what is done, what runs and for how long, what waits. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.cli.calls import counts_text, saved_text
from cuvee.cli.quantities import clock_text, count_text, seconds_text
from cuvee.cli.table import Cell
from cuvee.cli.tally import OfTask, Running, Tally
from cuvee.model.event import CallRetried

_NAME_WIDTH, _BAR, _ROOM_FOR_BARS = 24, 12, 60
_DONE, _FAILED, _WAITS = "✓", "✗", "·"
# Many calls that take less are over before anybody has read of them.
_SHORT = 0.1
# A call that takes so many times as long as it should stands out.
_FAR_LONGER, _SECONDS_FAR = 3.0, 5.0

Line = Sequence[Cell]
"""Pieces of text that stand one after another, each with its style."""


def task_lines(tally: Tally, now: float, *, most: int, spinner: str, room: int = 100) -> list[Line]:
    """A line for each task, in the order of tracing; of more than `most` those that matter now. `room`: for
    how many columns."""
    tasks = list(tally.tasks.values())
    shown = _chosen(tasks, most)
    width = min(max((len(task.name) for task in shown), default=0), _NAME_WIDTH)
    lines = [_line(task, now, width, spinner, bar=room >= _ROOM_FOR_BARS) for task in shown]
    left = len(tasks) - len(shown)
    return [*lines, [Cell(f"    and {count_text(left, 'more task')}", "dim")]] if left > 0 else lines


def retry_text(event: CallRetried) -> str:
    """`fetch failed (OSError: down), and is tried again in 1.0 s (attempt 2 of 4)`."""
    attempt = f"attempt {event.attempt + 1} of {event.attempt + event.left + 1}"
    why = event.why.partition("\n")[0]
    return f"{event.path} failed ({why}), and is tried again in {seconds_text(event.seconds)} ({attempt})"


def _chosen(tasks: list[OfTask], most: int) -> list[OfTask]:
    """What runs or is tried again comes first, then what is still to come, then what is done."""
    if len(tasks) <= most:
        return tasks
    kept = sorted(range(len(tasks)), key=lambda at: (_urgency(tasks[at]), at))[: max(0, most - 1)]
    return [tasks[at] for at in sorted(kept)]


def _urgency(task: OfTask) -> int:
    if task.running or task.waiting:
        return 0
    return 1 if task.ended < task.total else 2


def _line(task: OfTask, now: float, width: int, spinner: str, *, bar: bool) -> Line:
    name = task.name if len(task.name) <= width else f"{task.name[: width - 1]}…"
    running, waiting = list(task.running.values()), list(task.waiting.values())
    if running or waiting:
        mark = Cell(f"  {spinner} ", "reused")
    elif task.ended < task.total or not task.ended:
        mark = Cell(f"  {_WAITS} ", "dim")
    else:
        mark = Cell(f"  {_FAILED} ", "bad") if task.counts["failed"] else Cell(f"  {_DONE} ", "good")
    line = [mark, Cell(name.ljust(width), "bold" if running else ""), Cell("  ")]
    if task.total > 1:
        line += [*(_bar(task) if bar else ()), Cell(f"{task.ended} of {task.total}  ")]
    if waiting:
        soonest = min(waiting, key=lambda each: each.until)
        soon = clock_text(max(0.0, soonest.until - now))
        line.append(Cell(f"tried again in {soon}  {soonest.why}", "warn"))
    elif running:
        line += _running(running, now, alone=task.total <= 1)
    else:
        line.append(_ended(task))
    return line


def _bar(task: OfTask) -> Line:
    full = round(_BAR * min(1.0, task.ended / task.total))
    style = "bad" if task.counts["failed"] else "good" if full == _BAR else "reused"
    return [Cell("━" * full, style), Cell(f"{'╌' * (_BAR - full)} ", "dim")]


def _running(running: list[Running], now: float, *, alone: bool) -> Line:
    oldest = min(running, key=lambda call: call.since)
    seconds = now - oldest.since
    time = clock_text(seconds)
    if oldest.expected is not None and oldest.expected >= 0.1:
        time += f" of about {seconds_text(oldest.expected)}"
    long = oldest.expected is not None and seconds > max(_FAR_LONGER * oldest.expected, _SECONDS_FAR)
    style = "warn" if long else ""
    if alone:
        return [Cell(time, style), Cell(f"  {oldest.reason}", "dim")]
    if len(running) > 1 and (oldest.expected or 0.0) < _SHORT and seconds < _SHORT:
        return [Cell(oldest.reason, "dim")]
    many = f"{len(running)} run, " if len(running) > 1 else f"{oldest.path}  "
    return [Cell(many), Cell(time, style)]


def _ended(task: OfTask) -> Cell:
    if not task.ended:
        return Cell("waits" if task.total <= 1 else "", "dim")
    words = counts_text(task.counts)
    if task.total <= 1:
        words = words.removeprefix("1 ")
    time = seconds_text(task.spent) if task.spent else saved_text(task.saved)
    return Cell(f"{words}  {time}".rstrip(), "dim")
