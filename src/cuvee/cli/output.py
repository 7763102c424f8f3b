"""Where a command's words go: the answer to standard output, everything else to standard error.

With `--json` standard output carries one JSON object and nothing else. The descriptor itself is
set aside before any of the user's code is loaded, so that neither a `print` nor a C library
can write there: what they print goes to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

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
    """The streams of one command, and what they can show.

    `answer` gets what was asked for, `notes` progress and errors. `live` says whether progress
    may be drawn over itself. Once a reader is gone (`| head`) an answer raises BrokenPipeError.
    """

    answer: TextIO
    notes: TextIO
    json: bool = False
    colour: bool = False
    notes_colour: bool = False
    width: int = _PLAIN_WIDTH
    live: bool = False

    def lines(self, *lines: str) -> None:
        """Write lines of the answer."""
        self.answer.write("".join(f"{line}\n" for line in lines))
        self.answer.flush()

    def object(self, value: Mapping[str, Any]) -> None:
        """Write the JSON object that is the whole answer."""
        import json

        self.answer.write(json.dumps(value, allow_nan=False) + "\n")
        self.answer.flush()

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


def open_output(json: bool) -> Output:
    """The streams of this process. Where `json`, standard output is set aside for good."""
    notes = sys.stderr or _nowhere()
    answer = sys.stdout or _nowhere()
    if json and sys.stdout is not None:
        answer = _reserve_stdout(notes)
    for stream in (answer, notes):
        # A sign that the terminal's encoding lacks is shown as `?`; it must not stop a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    on_terminal = answer.isatty()
    return Output(
        answer=answer,
        notes=notes,
        json=json,
        colour=wants_colour(os.environ, on_terminal) and not json,
        notes_colour=wants_colour(os.environ, notes.isatty()),
        width=_width() if on_terminal else _PLAIN_WIDTH,
        live=not json and on_terminal and notes.isatty() and os.environ.get("TERM") != "dumb",
    )


def wants_colour(environ: Mapping[str, str], on_terminal: bool) -> bool:
    """Colours on a terminal; NO_COLOR turns them off anywhere, FORCE_COLOR on."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return on_terminal and environ.get("TERM") != "dumb"


def _reserve_stdout(notes: TextIO) -> TextIO:
    """The real standard output; whatever this process writes to descriptor 1 from now on is noted.

    It is never given back: C libraries write what they have buffered when the process ends.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(notes.fileno(), 1)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    return open(kept, "w", encoding="utf-8")  # noqa: PTH123 - a descriptor, open until the process ends


def _nowhere() -> TextIO:
    """For a stream that was closed before we began (`>&-`): nobody reads it, which is no fault."""
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open until the process ends


def _width() -> int:
    import shutil

    return min(max(shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns, _NARROWEST), _WIDEST)


def _styled(text: str, style: str) -> str:
    from click import style as click_style

    return click_style(text, **_STYLES[style])
