"""`File`: a file as a task's argument or result."""

from __future__ import annotations

import os
from typing import Literal


class File:
    """A file that a task reads or makes, counted by its content.

    As an argument it is part of what the call depends on: by content, and by its path relative
    to the project (`by="path"`, the default), or by content alone (`by="content"`). A task that
    returns a `File` gives its content to the store; consumers get a private copy of it.

    A relative path is relative to the project's root during a run, and to the current folder in
    a plain call. A `File` is an `os.PathLike`: `pandas.read_csv(file)` and `open(file)` work.
    """

    __slots__ = ("by", "path")

    path: str
    by: Literal["path", "content"]

    def __init__(self, path: str | os.PathLike[str], *, by: Literal["path", "content"] = "path") -> None:
        if by not in ("path", "content"):
            raise ValueError(f"File(by={by!r}): `by` is 'path' or 'content'")
        object.__setattr__(self, "path", os.fspath(path))
        object.__setattr__(self, "by", by)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a File cannot be changed; make another: File({value!r})")

    def __fspath__(self) -> str:
        return self.path

    @property
    def name(self) -> str:
        """The last part of the path."""
        return os.path.basename(self.path)  # noqa: PTH119 - pathlib takes 10 ms to import

    def __repr__(self) -> str:
        return f"File({self.path!r})" if self.by == "path" else f"File({self.path!r}, by={self.by!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and (self.path, self.by) == (other.path, other.by)

    def __hash__(self) -> int:
        return hash((self.path, self.by))

    def __reduce__(self) -> tuple[object, ...]:
        return _file, (self.path, self.by)


def _file(path: str, by: Literal["path", "content"]) -> File:
    return File(path, by=by)
