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
from cuvee.model.event import CallBegan, Event, RunEnded, Warned

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAMES_PER_SECOND = 8

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
        self.give_way()
        sys.stdin = self._stdin

    def __call__(self, event: Event) -> None:
        self._tally.note(event, time.monotonic())
        if isinstance(event, Warned):
            self.above(f"{self._output.paint_note('warning:', 'warn')} {event.text}")
        elif isinstance(event, CallBegan):
            self._start()
        elif isinstance(event, RunEnded):
            self.give_way()

    @property
    def drawn(self) -> bool:
        """Whether something stands at the foot of the terminal: not in a process forked off this one."""
        return self._live is not None and os.getpid() == self._process

    def above(self, line: str) -> None:
        """Print a line above the display."""
        if self._live is None:
            self._output.note(line)
        else:
            from rich.text import Text

            self._live.console.print(Text.from_ansi(line), soft_wrap=True)

    def give_way(self) -> None:
        """Take the display away until the next call begins; unfinished lines are printed as they are."""
        if self.drawn and self._live is not None:
            live, self._live = self._live, None
            live.stop()
            for stream in self._output.passing:
                stream.let_go()

    def _start(self) -> None:
        if self._live is not None or self._over:
            return
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(file=self._output.notes, highlight=False, markup=False, emoji=False),
            get_renderable=self._render,
            refresh_per_second=_FRAMES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)
        for stream in self._output.passing:
            stream.foot = self

    def _render(self) -> Text:
        from rich.text import Text

        now = time.monotonic()
        frame = _FRAMES[int(now * _FRAMES_PER_SECOND) % len(_FRAMES)]
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(self._tally.headline(now), style="bold")
        for line in self._tally.running_lines(now):
            text.append(f"\n  {frame} {line}")
        for stream in self._output.passing:
            if stream.unfinished:
                text.append("\n    ").append_text(Text.from_ansi(stream.unfinished))
        return text

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Who is asked something, or debugs, gets the terminal to himself."""
        if event in _ASKING or (event == "open" and arguments[0] == "/dev/tty"):
            self.give_way()
