"""Where something of the user's lies, and how that is told: what the codecs of files and folders share."""

from __future__ import annotations

import os
from pathlib import Path

from cuvee.codecs.codec import Encoding
from cuvee.errors import CannotEncode, ParameterError
from cuvee.model.located import Located


class Place:
    """A `File` or `Directory` looked up: as an argument from the project's folder, as a result as it is."""

    def __init__(self, located: Located, encoding: Encoding) -> None:
        self.located = located
        self.root = encoding.root
        if self.root is None:
            self.path = Path(located.path).absolute()
        else:
            self.path = Path(os.path.normpath(self.root / located.path))

    @property
    def by_path(self) -> str:
        """What counts of the path: as an argument where it lies in the project, of a result its name."""
        return self.path.name if self.root is None else _in_project(self.path, self.root)

    def refused(self, problem: str) -> Exception:
        """What to raise where it cannot be taken: `problem` completes "data.csv …"."""
        if self.root is None:
            advice = "return the path that was written to"
            return CannotEncode(f"the result is {self.located!r}, and {self.path} {problem}: {advice}")
        return ParameterError(f"{self.located!r}: {self.path} {problem}{self._elsewhere()}")

    def _elsewhere(self) -> str:
        here = Path(self.located.path).absolute()
        if here == self.path or not here.exists():
            return ""
        kind = type(self.located).__name__
        write = f"write {kind}({str(here)!r})"
        return f". It is in the current folder, but paths are relative to the project: {write}"


def unreadable(error: OSError) -> str:
    """Why a path cannot be looked at."""
    return "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"


def _in_project(path: Path, root: Path) -> str:
    """Relative to the project where it lies in it, by its own name or by what its links lead to."""
    if not path.is_relative_to(root):
        path, root = path.resolve(), root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
