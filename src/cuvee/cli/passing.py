"""Standard streams that let what is printed pass above something that is drawn at the foot of the terminal.

They stand before sys.stdout and sys.stderr from before the user's code is loaded, so that whatever
takes hold of a stream early (a logging handler) passes too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TextIO

from cuvee.perform.stream import StreamBefore


class Foot(Protocol):
    """What is drawn at the foot of the terminal."""

    @property
    def drawn(self) -> bool:
        """Whether it is there now."""
        ...

    def above(self, line: str, speaker: str = "") -> None:
        """Print a line above it, which that call has written; "" for nobody's."""
        ...

    def speaker(self) -> str:
        """The path of the call that writes what is written now; "" for none."""
        ...


class Passing(StreamBefore):
    """A stream. With nothing at the foot everything goes straight to the stream behind it.

    Else whole lines go above; a line that is drawn over itself (a progress bar) is kept in
    `unfinished`, by who writes it, to be shown at the foot until it ends.
    """

    def __init__(self, behind: TextIO) -> None:
        super().__init__(behind)
        self.foot: Foot | None = None
        self.unfinished: dict[str, str] = {}

    def write(self, text: str, /) -> int:
        if self.foot is None or not self.foot.drawn:
            return self._behind.write(text)
        speaker = self.foot.speaker()
        *lines, rest = (self.unfinished.pop(speaker, "") + text).split("\n")
        if drawn := _as_drawn(rest):
            self.unfinished[speaker] = drawn
        for line in lines:
            self.foot.above(_as_drawn(line), speaker)
        return len(text)

    def let_go(self, end: str = "") -> None:
        """Nothing is at the foot any more: what is left of a line stands on its own."""
        self.foot = None
        if self.unfinished:
            self._behind.write("\n".join(self.unfinished.values()) + end)
            self._behind.flush()
            self.unfinished.clear()


class Attended:
    """Standard input that says when it is read, so that whoever is asked sees what: `ask` is called then."""

    def __init__(self, behind: TextIO, ask: Callable[[], None]) -> None:
        self._behind = behind
        self._ask = ask

    def read(self, *size: int) -> str:
        return self._asked.read(*size)

    def readline(self, *size: int) -> str:
        return self._asked.readline(*size)

    def readlines(self, *hint: int) -> list[str]:
        return self._asked.readlines(*hint)

    def __iter__(self) -> Attended:
        return self

    def __next__(self) -> str:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    @property
    def _asked(self) -> TextIO:
        self._ask()
        return self._behind


def _as_drawn(line: str) -> str:
    """What a terminal shows of a line that was drawn over itself with carriage returns."""
    return next((part for part in reversed(line.split("\r")) if part), "")
