"""A project in a folder of its own, and the commands to be run in it."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cuvee.cli.ending import asks_for_events, asks_for_json, run_with
from cuvee.cli.output import Output


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object that it printed."""
        [line] = self.out.splitlines()
        return json.loads(line)


@dataclass(frozen=True)
class Project:
    """A folder with one module, whose name no other test has."""

    folder: Path
    module: str

    @property
    def file(self) -> str:
        return f"{self.module}.py"

    def write(self, source: str) -> None:
        """Write the module anew, as a new process would see it."""
        (self.folder / self.file).write_text("from cuvee import *\n" + source)
        sys.modules.pop(self.module, None)

    def run(self, *arguments: str) -> Done:
        """`cuvee ARGUMENTS`, in this process; `FILE` stands for the module's file."""
        words = [word.replace("FILE", self.file) for word in arguments]
        output = Output(
            io.StringIO(), io.StringIO(), json=asks_for_json(words), events=asks_for_events(words)
        )
        code = run_with(words, output)
        assert isinstance(output.answer, io.StringIO)
        assert isinstance(output.notes, io.StringIO)
        return Done(code, output.answer.getvalue(), output.notes.getvalue())
