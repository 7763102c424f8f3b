"""`File`: a file as a task's argument or result."""

from __future__ import annotations

from cuvee.model.located import Located


class File(Located):
    """A file that a task reads or makes, counted by its content.

    As an argument it is part of what the call depends on: by content, and by its path relative
    to the project (`by="path"`, the default), or by content alone (`by="content"`). A task that
    returns a `File` gives its content to the store; consumers get a private copy of it.

    A relative path is relative to the project's root during a run, and to the current folder in
    a plain call. A `File` is an `os.PathLike`: `pandas.read_csv(file)` and `open(file)` work.
    """

    __slots__ = ()
