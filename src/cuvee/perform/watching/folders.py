"""Folders: what is in them, and the path of what is named relative to one: the working folder, or an open
descriptor's.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from cuvee.perform.watching.ear import Heard

# What walks through folders by descriptors: what it opens is named relative to those.
WALKERS = frozenset({"_rmtree_safe_fd", "_rmtree_safe_fd_step", "_rmtree_unsafe", "_fwalk", "fwalk"})


def note_listing(heard: Heard, name: Any) -> None:
    """A folder is about to be listed. Where modules are looked for is no business of a result's."""
    importing = any("importlib" in file for file, _ in heard.asker.through)
    if importing or isinstance(name, int) or heard.frame.f_code.co_name in WALKERS:
        return
    path = heard.listener.path_of(os.fsdecode("." if name is None else name))
    if path is None:
        return
    for notes in heard.notes:
        notes.listed(path)


def path_in(heard: Heard, name: Any, folder: Any = -1) -> str | None:
    """The path of a file that counts; `folder` is the descriptor that it is relative to, or -1."""
    if not isinstance(name, str | bytes | os.PathLike):
        return None
    text = os.fsdecode(name)
    if isinstance(folder, int) and folder >= 0 and not os.path.isabs(text):  # noqa: PTH117
        within = _folder_behind(folder)
        if within is None:
            return None
        text = os.path.join(within, text)  # noqa: PTH118
    return heard.listener.path_of(text)


def _folder_behind(descriptor: int) -> str | None:
    """The folder that a descriptor is open for, where the system tells."""
    try:
        if sys.platform == "darwin":
            import fcntl

            return os.fsdecode(fcntl.fcntl(descriptor, 50, b"\0" * 1024).rstrip(b"\0"))  # F_GETPATH
        return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115
    except OSError:
        return None
