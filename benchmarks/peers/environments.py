"""A virtual environment for each tool, made when it is first asked for, in `.bench` of this project."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.peers.tools import Tool

_CACHE = Path(__file__).resolve().parents[2] / ".bench"


class CannotInstall(RuntimeError):
    """A tool cannot be had on this machine; the message has what pip said."""


def python_of(tool: Tool) -> Path:
    """The interpreter of a tool's environment, that made if it is not there or of other versions.

    Raises CannotInstall with what pip said where it cannot be made.
    """
    if not tool.requirements:
        return Path(sys.executable)
    folder = _CACHE / tool.name
    python, made = folder / "bin" / "python", folder / "made"
    pins = "\n".join(tool.pins) + "\n"
    if not made.exists() or made.read_text() != pins:
        print(f"making an environment for {tool.name} …", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *tool.pins]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotInstall(f"{tool.name} cannot be installed:\n{done.stdout}{done.stderr}")
        made.write_text(pins)
    return python
