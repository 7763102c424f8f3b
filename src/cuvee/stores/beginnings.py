"""Beginnings on disk: a file for each run that goes on, to which each call that begins adds a line.

Nothing is made safe: it is to outlive its process, and no more.
"""

from __future__ import annotations

import os
from pathlib import Path

from cuvee.stores.faults import explained

FOLDER = "begun"


class FilesystemBeginnings:
    """`Beginnings` of a run in the folder `home`."""

    def __init__(self, home: Path, run: int) -> None:
        self._path = home / FOLDER / str(run)

    def note(self, position: int, path: str) -> None:
        line = f"{position} {path}\n".encode("utf-8", "surrogateescape")
        with explained("written", self._path):
            # Opened each time: what is open keeps this process from being copied for workers.
            file = self._open()
            try:
                os.write(file, line)
            finally:
                os.close(file)

    def noted(self) -> list[str]:
        try:
            text = self._path.read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return []
        whole = text[: text.rfind("\n") + 1].split("\n")  # the last line may be written just now
        lines = (line.partition(" ") for line in whole)
        found = {int(position): path for position, _, path in lines if position.isdecimal() and path}
        return [found[position] for position in sorted(found)]

    def forget(self) -> None:
        with explained("deleted", self._path):
            self._path.unlink(missing_ok=True)

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            return os.open(self._path, flags, 0o666)
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, flags, 0o666)
