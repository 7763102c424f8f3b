"""Capture: what a call prints, kept with the call and passed on as it comes.

The Python streams are swapped once for a run, not for each call. Descriptors are left alone: C
code prints where it always did.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO

from cuvee.model.order import LogChunk
from cuvee.perform.redaction import Redactor
from cuvee.perform.stream import StreamBefore

Stream = Literal["stdout", "stderr"]
Hear = Callable[[str, Stream, str], None]

# What is kept of one call; what comes after it is passed on but not kept.
MOST_CHARACTERS = 1 << 20


class Capture:
    """Collects the output of the call that runs. `hear(path, stream, text)` is told as it comes."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._path: str | None = None
        self._began = 0.0
        self._chunks: list[LogChunk] = []
        self._kept = 0
        self._redactor = Redactor()

    @contextmanager
    def streams(self) -> Iterator[None]:
        """Stand before sys.stdout and sys.stderr, and give them back."""
        stdout, stderr = sys.stdout, sys.stderr
        swapped = _Tee(stdout, "stdout", self), _Tee(stderr, "stderr", self)
        sys.stdout, sys.stderr = swapped
        try:
            yield
        finally:
            # What the user's code has put in our place meanwhile is theirs.
            if sys.stdout is swapped[0]:
                sys.stdout = stdout
            if sys.stderr is swapped[1]:
                sys.stderr = stderr

    def begin(self, path: str, redactor: Redactor) -> None:
        """What is written from now on belongs to this call, and shows none of its secrets."""
        self._redactor = redactor
        self._path, self._began, self._chunks, self._kept = path, time.perf_counter(), [], 0

    def end(self) -> tuple[LogChunk, ...]:
        """What the call wrote, neighbouring writes to one stream joined."""
        self._path = None
        if not self._chunks:
            return ()
        joined: list[LogChunk] = []
        run: list[str] = []
        for chunk in self._chunks:
            if joined and joined[-1].stream == chunk.stream:
                run.append(chunk.text)
            else:
                _close(joined, run)
                joined.append(chunk)
                run = [chunk.text]
        _close(joined, run)
        return tuple(joined)

    def wrote(self, stream: Stream, text: str) -> str:
        """Keep what was written, if a call runs; the text that may be passed on."""
        if self._path is None or not text:
            return text
        text = self._redactor.text(text)
        room = MOST_CHARACTERS - self._kept
        if room > 0:
            kept = text if len(text) <= room else text[:room] + "\n… the rest was not kept\n"
            self._chunks.append(LogChunk(stream, kept, time.perf_counter() - self._began))
            self._kept += len(text)
        self._hear(self._path, stream, text)
        return text


def _close(joined: list[LogChunk], run: list[str]) -> None:
    if joined and len(run) > 1:
        last = joined[-1]
        joined[-1] = LogChunk(last.stream, "".join(run), last.at)


class _Tee(StreamBefore):
    """A text stream that tells the capture and then does what the stream behind it does."""

    def __init__(self, behind: TextIO, stream: Stream, capture: Capture) -> None:
        super().__init__(behind)
        self._stream: Stream = stream
        self._capture = capture

    def write(self, text: str, /) -> int:
        self._behind.write(self._capture.wrote(self._stream, text))
        return len(text)

    def writelines(self, lines: Any, /) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)
