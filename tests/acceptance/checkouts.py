"""Projects that are used through the command line, each command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cuvee.operations.session import Session
from cuvee.wiring import open_session


class Checkout:
    """A project in a folder, used through the command line as a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")

    def write(self, **files: str) -> None:
        """Files by name, with `_` for the dot: `flow_py="…"`."""
        for name, text in files.items():
            (self.folder / name.replace("_", ".")).write_text(text)

    def cuvee(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        process = self.start(*words)
        out, err = process.communicate()
        assert process.returncode == code, err
        return subprocess.CompletedProcess(words, code, out, err)

    def start(self, *words: str) -> subprocess.Popen[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CUVEE_")}
        return subprocess.Popen(
            [sys.executable, "-m", "cuvee", *words],
            cwd=self.folder,
            env=clean | {"CUVEE_EXECUTOR": "in-process", "COLUMNS": "100"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self, *words: str) -> Any:
        return json.loads(self.cuvee(*words, "--json").stdout)

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = open_session(self.folder)
        try:
            yield session
        finally:
            session.close()

    def executed(self) -> list[tuple[bytes, bytes]]:
        """Of every call that any run has executed the key, and what it gave: with another file to be read
        that is another. What failed is not kept, and left out."""
        with self.session() as session:
            return [
                (call.key, call.artifact.digest)
                for run in session.queries.runs(mixtures=True)
                for call in session.queries.calls(run.number)
                if call.decision == "executed" and call.artifact is not None
            ]
