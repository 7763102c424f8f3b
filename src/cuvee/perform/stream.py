"""A text stream that stands before another and is it in all but what is written."""

from __future__ import annotations

import io
from typing import Any, TextIO


class StreamBefore(io.TextIOBase):
    """Passes everything on to the stream behind it; a subclass says what `write` does."""

    def __init__(self, behind: TextIO) -> None:
        self._behind = behind

    def flush(self) -> None:
        self._behind.flush()

    def fileno(self) -> int:
        return self._behind.fileno()

    def isatty(self) -> bool:
        return self._behind.isatty()

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._behind.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._behind.errors

    @property
    def buffer(self) -> Any:
        # Bytes written here go straight to the stream behind: what is not text is no line of a log.
        return self._behind.buffer

    def close(self) -> None:
        """A stream that many share is not one writer's to close."""
