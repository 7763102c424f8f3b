"""Where a command's words go: the answer to standard output, everything else to standard error.

With `--json` standard output carries one JSON object and nothing else. The descriptor itself is
set aside before any of the user's code is loaded, so that neither a `print` nor a C library
can write there: what they print goes to standard error.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from cuvee.errors import EnvironmentFault

if TYPE_CHECKING:
    from cuvee.cli.passing import Passing

_STYLES: dict[str, dict[str, Any]] = {
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "reused": {"fg": "cyan"},
    "dim": {"dim": True},
    "bold": {"bold": True},
}

_PLAIN_WIDTH = 100
_NARROWEST, _WIDEST = 40, 140


@dataclass(slots=True)
class Output:
    """The streams of one command, and what they can show. `events`: as they come, each a JSON object.

    `answer` gets what was asked for, `notes` progress and errors. `live` says whether progress
    may be drawn over itself; `passing` are then the streams that the user's code prints to. `apart`:
    the notes are before a person's eyes, and the answer goes elsewhere.
    """

    answer: TextIO
    notes: TextIO
    json: bool = False
    events: bool = False
    colour: bool = False
    notes_colour: bool = False
    width: int = _PLAIN_WIDTH
    live: bool = False
    apart: bool = False
    passing: Sequence[Passing] = ()

    def lines(self, *lines: str) -> None:
        """Write lines of the answer. Raises EnvironmentFault where they cannot be written."""
        self._answer("".join(f"{line}\n" for line in lines))

    def object(self, value: Mapping[str, Any]) -> None:
        """Write the JSON object that is the whole answer. Raises as `lines`."""
        import json

        self._answer(json.dumps(value, allow_nan=False) + "\n")

    def _answer(self, text: str) -> None:
        try:
            self.answer.write(text)
            self.answer.flush()
        except OSError as error:
            _abandon(self.answer)
            raise EnvironmentFault(f"the output cannot be written: {error.strerror}") from error

    def note(self, *lines: str) -> None:
        """Write lines beside the answer."""
        self.notes.write("".join(f"{line}\n" for line in lines))
        self.notes.flush()

    def paint(self, text: str, style: str) -> str:
        """The text in a style of the answer's."""
        return _styled(text, style) if self.colour else text

    def paint_note(self, text: str, style: str) -> str:
        """The text in a style of the notes'."""
        return _styled(text, style) if self.notes_colour else text


def open_output(json: bool, events: bool = False) -> Output:
    """The streams of this process, made steady. Where `json`, standard output is set aside for good."""
    sys.stderr = notes = _steady(sys.stderr, 2)
    sys.stdout = answer = _steady(sys.stdout, 1)
    if json:
        answer = _reserve(answer, notes)
    on_terminal = answer.isatty()
    live = not json and on_terminal and notes.isatty() and os.environ.get("TERM") != "dumb"
    passing: tuple[Passing, ...] = ()
    if live:
        from cuvee.cli.passing import Passing  # on a terminal only

        passing = Passing(answer), Passing(notes)
        sys.stdout, sys.stderr = passing
    return Output(
        answer=answer,
        notes=notes,
        json=json,
        events=events,
        colour=wants_colour(os.environ, on_terminal) and not json,
        notes_colour=wants_colour(os.environ, notes.isatty()),
        width=_width(os.environ, on_terminal),
        live=live,
        apart=notes.isatty() and not on_terminal,
        passing=passing,
    )


def wants_colour(environ: Mapping[str, str], on_terminal: bool) -> bool:
    """Colours on a terminal; NO_COLOR turns them off anywhere, FORCE_COLOR on."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return on_terminal and environ.get("TERM") != "dumb"


class _SteadyText(io.TextIOWrapper):
    """A text stream whose reader may go away (`| head`): that is no reason for a run to fail.

    Below it everything is the interpreter's own, which an interrupt cannot make write twice.
    """

    def write(self, text: str, /) -> int:
        try:
            written = super().write(text)
            if self.write_through:  # PYTHONUNBUFFERED: there is a buffer below, which Python's own has not
                super().flush()
        except BrokenPipeError:
            _abandon(self)
            return len(text)
        return written

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            _abandon(self)


def _steady(stream: TextIO | None, descriptor: int) -> TextIO:
    """The stream on a steady descriptor; a stream that was closed (`>&-`) goes nowhere.

    A sign that its encoding lacks is shown as `?`.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return open(os.devnull, "w", encoding="utf-8") if stream is None else stream  # noqa: PTH123
    stream.flush()
    return _text_stream(descriptor, stream.encoding, stream.line_buffering, stream.write_through)


def _text_stream(descriptor: int, encoding: str, line_buffering: bool, write_through: bool) -> TextIO:
    buffered = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))
    return _SteadyText(
        buffered, encoding, errors="replace", line_buffering=line_buffering, write_through=write_through
    )


def _abandon(stream: TextIO) -> None:
    """From now on what is written to the stream, and what is left in its buffers, goes nowhere."""
    if isinstance(stream, io.TextIOWrapper):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _reserve(answer: TextIO, notes: TextIO) -> TextIO:
    """The real standard output; whatever this process writes to descriptor 1 from now on is noted.

    It is never given back: C libraries write what they have buffered when the process ends.
    """
    if not isinstance(answer, io.TextIOWrapper) or answer.name != 1:
        return answer
    from cuvee.ports import descriptors  # where help is shown nothing is reserved

    kept = os.dup(1)
    descriptors.own.add(kept)
    os.dup2(notes.fileno(), 1)
    answer.reconfigure(line_buffering=True)
    return _text_stream(kept, "utf-8", line_buffering=False, write_through=False)


def _width(environ: Mapping[str, str], on_terminal: bool) -> int:
    """COLUMNS where it is set, else those of the terminal, else 100."""
    import shutil

    asked = environ.get("COLUMNS", "")
    if not on_terminal and not (asked.isdecimal() and int(asked)):
        return _PLAIN_WIDTH
    return min(max(shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns, _NARROWEST), _WIDEST)


def _styled(text: str, style: str) -> str:
    from click import style as click_style

    return click_style(text, **_STYLES[style])
