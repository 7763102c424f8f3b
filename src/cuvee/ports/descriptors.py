"""Descriptors of this process: which are cuvee's own, and what those are that are open."""

from __future__ import annotations

import fcntl
import os
import stat

own: set[int] = set()
"""A copy of the process closes these and goes on."""


class Descriptor:
    """One that is open: what it leads to, and whether this process was started with it.

    Raises OSError where it is not open.
    """

    __slots__ = ("inherited", "is_device", "is_folder", "is_pipe", "number", "written_to")

    def __init__(self, number: int) -> None:
        mode = os.fstat(number).st_mode
        self.number = number
        self.is_device = stat.S_ISCHR(mode)
        self.is_folder = stat.S_ISDIR(mode)
        self.is_pipe = stat.S_ISFIFO(mode)
        self.written_to = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
        # Python's own are all closed where another program is started, unless that is asked for.
        self.inherited = not fcntl.fcntl(number, fcntl.F_GETFD) & fcntl.FD_CLOEXEC


def opened() -> list[Descriptor]:
    """All that are open but the standard streams. Raises OSError where the system does not list them."""
    found = []
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers
        if int(name) > 2:
            try:
                found.append(Descriptor(int(name)))
            except OSError:
                continue  # it was that of the listing itself
    return found
