"""What this command is called, so that a command that is shown works as it is typed."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from shutil import which

NAME = "cuvee"

VARIABLE = "CUVEE_PROGRAM"
"""Has what the user called it, where a command goes on in a process of its own."""


def program(folder: Path | None = None) -> str:
    """`cuvee` where the shell finds this one by that name, else the way to it: `.venv/bin/cuvee`.

    A relative way is one from `folder`, by default the current one.
    """
    if told := os.environ.get(VARIABLE):
        return told
    here = Path(sys.argv[0])
    if here.name == "__main__.py" and here.parent.name == NAME:
        return f"{_python()} -m {NAME}"
    if here.name != NAME or not here.is_file():
        return NAME  # a test's, or another program's
    found = which(NAME)
    if found is not None and Path(found).resolve() == here.resolve():
        return NAME
    near = os.path.relpath(here, folder)
    path = str(here.absolute())
    return shlex.quote(near if len(near) < len(path) else path)


def _python() -> str:
    """The interpreter, by its name where the shell finds it by that."""
    name = Path(sys.executable).name
    return name if which(name) == sys.executable else shlex.quote(sys.executable)
