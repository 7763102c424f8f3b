"""Output: what a call in a worker prints, kept in order with the call and passed on as it comes."""

from __future__ import annotations

import codecs
import time
from typing import Literal

from cuvee.model.order import LogChunk
from cuvee.perform.capture import MOST_CHARACTERS, Hear
from cuvee.perform.redaction import Redactor

Stream = Literal["stdout", "stderr"]


class CallOutput:
    """Collects the output of one call, up to a bound."""

    def __init__(self, path: str, hear: Hear, redactor: Redactor) -> None:
        self.began = time.perf_counter()
        self._path = path
        self._hear = hear
        self._redactor = redactor
        self._pieces: list[tuple[Stream, float, list[str]]] = []
        self._kept = 0

    def wrote(self, stream: Stream, text: str, at: float) -> None:
        """The call has written this, which its process has redacted already."""
        room = MOST_CHARACTERS - self._kept
        if room > 0:
            kept = text if len(text) <= room else text[:room] + "\n… the rest was not kept\n"
            if not self._pieces or self._pieces[-1][0] != stream:
                self._pieces.append((stream, at, []))
            self._pieces[-1][2].append(kept)
            self._kept += len(text)
        self._hear(self._path, stream, text)

    def printed(self, stream: Stream, text: str) -> None:
        """Something that is not Python has written this to the descriptor."""
        self.wrote(stream, self._redactor.text(text), time.perf_counter() - self.began)

    def chunks(self) -> tuple[LogChunk, ...]:
        """All of it, neighbouring writes to one stream joined."""
        return tuple(LogChunk(stream, "".join(texts), at) for stream, at, texts in self._pieces)


class Decoded:
    """The text of a stream of bytes that comes in pieces."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def text(self, data: bytes) -> str:
        return self._decode(data)
