"""The guard: ends every worker, with whatever it has started, when the process of the run is gone.

A shell that waits at the end of a pipe: it hears of the end of this process whatever ended it,
SIGKILL too. Each line that it is sent is the whole list of process groups that it is to end.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable

_SCRIPT = 'groups=; while read -r line; do groups=$line; done; [ -z "$groups" ] || kill -s KILL -- $groups'


class Guard:
    """Watches over process groups for as long as this process lives, or until it is dismissed."""

    def __init__(self) -> None:
        self._start()

    def fileno(self) -> int:
        """The end of the pipe that must be open in this process alone."""
        return self._pipe.fileno()

    def watch(self, groups: Iterable[int]) -> None:
        """These are the groups to end from now on."""
        line = " ".join(f"-{group}" for group in groups).encode() + b"\n"
        try:
            self._pipe.write(line)
        except BrokenPipeError:
            # Somebody has killed the shell, and without one nobody would end them.
            self.dismiss()
            self._start()
            self._pipe.write(line)

    def dismiss(self) -> None:
        """There is nothing to watch over any more."""
        self._shell.kill()
        self._pipe.close()
        self._shell.wait()

    def _start(self) -> None:
        self._shell = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        assert self._shell.stdin is not None
        self._pipe = self._shell.stdin
