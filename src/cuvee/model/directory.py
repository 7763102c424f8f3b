"""`Directory`: a folder, with all that is in it, as a task's argument or result."""

from __future__ import annotations

from cuvee.model.located import Located


class Directory(Located):
    """A folder that a task reads or makes, counted by the names and contents of all files below it.

    Hidden files count too, and so do empty folders, and whether a file is executable. A link that
    leads elsewhere in the folder counts as a link; one that leads out of it counts by what it leads to.
    As an argument it is part of what the call depends on: by what is in it, and by its path relative
    to the project (`by="path"`, the default), or by what is in it alone (`by="content"`). A task that
    returns a `Directory` gives all of it to the store; consumers get a private copy.

    A relative path is relative to the project's root during a run, and to the current folder in
    a plain call. A `Directory` is an `os.PathLike`: `pathlib.Path(directory)` and `os.listdir(directory)`
    work.
    """

    __slots__ = ()
