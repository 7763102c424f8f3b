"""Asking: what fresh processes say of the project in a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from programs import Files

Answer = dict[str, Any]


class Asking:
    """Two clean processes that differ in their hash seed. A child of one or the other gives each answer."""

    def __init__(self, folder: Path, prepare: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pyproject.toml").touch()
        self.folder = folder
        self._turn = 0
        self._written: Files = {}
        self._both = [_start(seed, prepare) for seed in ("1", "2")]

    def write(self, files: Files) -> None:
        """Make the folder hold these files; one that is as it should be is left alone."""
        for name in self._written.keys() - files.keys():
            (self.folder / name).unlink()
        for name, text in files.items():
            if self._written.get(name) != text:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self._written = dict(files)

    def forget(self) -> None:
        """Take the store away."""
        shutil.rmtree(self.folder / ".cuvee", ignore_errors=True)

    def ask(self, *questions: str) -> list[Answer]:
        """Up to two questions at once, each to another process than the last time."""
        self._turn += 1
        asked = [(self._both[(self._turn + at) % 2], what) for at, what in enumerate(questions)]
        for process, what in asked:
            assert process.stdin is not None
            process.stdin.write(json.dumps([what, str(self.folder)]) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process, _ in asked if process.stdout]

    def close(self) -> None:
        for process in self._both:
            process.communicate()


def _start(hash_seed: str, prepare: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("zygote.py")), prepare],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
