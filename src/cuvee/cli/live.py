"""The live display: what runs and how far it is, at the foot of the terminal, drawn by rich.

rich is loaded when the first call runs: a run that reuses everything never pays for it.
"""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, cast

from cuvee.cli.output import Output
from cuvee.cli.passing import Attended
from cuvee.cli.tally import Tally
from cuvee.cli.task_rows import retry_text, task_lines
from cuvee.model.event import CallBegan, CallLogged, CallRetried, Event, RunEnded, Warned
from cuvee.operations.ticker import Ticker

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAMES_PER_SECOND = 8

# How many tasks are shown at most, and how many lines of the terminal are left to what is printed.
_MOST_TASKS, _LINES_LEFT = 12, 8
_STYLES = {
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "reused": "cyan",
    "dim": "dim",
    "bold": "bold",
}

# What Python says before `input()` shows its prompt and before `breakpoint()` calls the debugger.
# (`getpass()` opens the terminal itself.)
_ASKING = frozenset({"builtins.input", "builtins.breakpoint"})


class Display:
    """Shows a run while this is open. An observer, and the foot that printed lines pass above."""

    told_calls = False  # what was drawn is gone

    def __init__(self, output: Output) -> None:
        self._output = output
        self._tally = Tally(time.monotonic())
        self._live: Live | None = None
        self._ticker = Ticker(self._refresh, 1 / _FRAMES_PER_SECOND)
        self._speaker = ""
        self._process = os.getpid()
        self._over = False

    def __enter__(self) -> Display:
        self._stdin = sys.stdin
        if sys.stdin is not None:
            sys.stdin = cast("TextIO", Attended(sys.stdin, self.give_way))
        # An audit hook and not sys.breakpointhook: a debugger stops in the frame below its own, and a
        # hook of ours would be that frame.
        sys.addaudithook(self._audit)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True  # an audit hook is for the rest of the process
        self.give_way(end="\n")
        sys.stdin = self._stdin

    def __call__(self, event: Event) -> None:
        self._tally.note(event, time.monotonic())
        if isinstance(event, Warned):
            self.above(f"{self._output.paint_note('warning:', 'warn')} {event.text}")
        elif isinstance(event, CallLogged):
            self._speaker = event.path if self._live is not None else ""
        elif isinstance(event, CallRetried):
            self.above(self._output.paint_note(retry_text(event), "warn"))
        elif isinstance(event, CallBegan):
            self._start()
        elif isinstance(event, RunEnded):
            self.give_way(end="\n")

    @property
    def drawn(self) -> bool:
        """Whether something stands at the foot of the terminal: not in a process forked off this one."""
        return self._live is not None and os.getpid() == self._process

    def speaker(self) -> str:
        """The path of the call that writes what is written now; "" for none."""
        speaker, self._speaker = self._speaker, ""
        return speaker

    def above(self, line: str, speaker: str = "") -> None:
        """Print a line above the display, with the call that has written it."""
        if self._live is None:
            self._output.note(line)
        else:
            self._live.console.print(_labelled(line, speaker), soft_wrap=True)

    def give_way(self, end: str = "") -> None:
        """Take the display away until the next call begins; unfinished lines are printed, with this at
        their end."""
        if self.drawn and self._live is not None:
            live, self._live = self._live, None
            self._ticker.stop()
            live.stop()
            for stream in self._output.passing:
                stream.let_go(end)

    def _start(self) -> None:
        if self._live is not None or self._over:
            return
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(file=self._output.notes, highlight=False, markup=False, emoji=False),
            get_renderable=self._render,
            auto_refresh=False,  # its thread could not stand still
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)
        self._ticker.start()
        for stream in self._output.passing:
            stream.foot = self

    def _render(self) -> Text:
        from rich.text import Text

        now = time.monotonic()
        frame = _FRAMES[int(now * _FRAMES_PER_SECOND) % len(_FRAMES)]
        width, height = self._size()
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(self._tally.headline(now, width), style="bold")
        most = max(1, min(_MOST_TASKS, height - _LINES_LEFT))
        for line in task_lines(self._tally, now, most=most, spinner=frame, room=width):
            text.append("\n")
            for cell in line:
                text.append(cell.text, style=_STYLES.get(cell.style, ""))
        for stream in self._output.passing:
            for speaker, unfinished in list(stream.unfinished.items()):
                text.append("\n    ").append_text(_labelled(unfinished, speaker))
        return text

    def _size(self) -> tuple[int, int]:
        """Columns and lines of the terminal, as they are now."""
        return self._live.console.size if self._live is not None else (80, 24)

    def _refresh(self) -> None:
        live = self._live
        if live is not None:
            live.refresh()

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Who is asked something, or debugs, gets the terminal to himself."""
        if event in _ASKING or (event == "open" and arguments[0] == "/dev/tty"):
            self.give_way()


def _labelled(line: str, speaker: str) -> Text:
    """A line that a call has written, with the call before it."""
    from rich.text import Text

    text = Text.from_ansi(line)
    return Text.assemble((f"{speaker} │ ", "dim"), text) if speaker else text
