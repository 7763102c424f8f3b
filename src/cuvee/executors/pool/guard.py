"""The guard: ends every worker, with whatever it has started, when the process of the run is gone.

A shell that waits at the end of a pipe: it hears of the end of this process whatever ended it,
SIGKILL too. Each line that it is sent is the whole list of process groups that it is to end.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress

_SHELL = "/bin/sh"
_SCRIPT = 'groups=; while read -r line; do groups=$line; done; [ -z "$groups" ] || kill -s KILL -- $groups'


class Guard:
    """Watches over process groups for as long as this process lives, or until it is dismissed."""

    def __init__(self) -> None:
        self._start()

    def fileno(self) -> int:
        """The end of the pipe that must be open in this process alone."""
        return self._pipe

    def watch(self, groups: Iterable[int]) -> None:
        """These are the groups to end from now on."""
        line = " ".join(f"-{group}" for group in groups).encode() + b"\n"
        try:
            os.write(self._pipe, line)
        except BrokenPipeError:
            # Somebody has killed the shell, and without one nobody would end them.
            self.dismiss()
            self._start()
            os.write(self._pipe, line)

    def dismiss(self) -> None:
        """There is nothing to watch over any more."""
        with suppress(ChildProcessError):  # somebody has waited for it already
            if not os.waitpid(self._shell, os.WNOHANG)[0]:
                os.kill(self._shell, signal.SIGKILL)
                os.waitpid(self._shell, 0)
        os.close(self._pipe)

    def _start(self) -> None:
        # Not by `subprocess`, which a new process would load for this alone.
        theirs, self._pipe = os.pipe()
        try:
            self._shell = os.posix_spawn(
                _SHELL,
                [_SHELL, "-c", _SCRIPT],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
                setsigdef=(signal.SIGPIPE,),
                setsid=True,
            )
        except BaseException:
            os.close(self._pipe)
            raise
        finally:
            os.close(theirs)
