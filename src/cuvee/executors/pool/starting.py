"""Starting worker processes: by a fork of this process where nothing speaks against it, else afresh.

A fork has all that is imported already, and is there in a millisecond. It is safe only from a
process with one thread, and with no descriptor that two processes must not share.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from cuvee.ports import descriptors
from cuvee.ports.descriptors import Descriptor

if TYPE_CHECKING:
    import subprocess

_BOOT = "import sys; sys.path[:] = {path!r}; from cuvee.worker import main; main({link})"


class Process:
    """A worker as this process sees it: its number, the link to it, the ends of what it prints to.

    Its number is that of its process group too, which all that it starts belongs to.
    """

    def __init__(
        self, pid: int, link: socket.socket, output: tuple[int, int], popen: subprocess.Popen[bytes] | None
    ) -> None:
        self.pid = pid
        self.link = link
        self.output = output
        self.forked = popen is None
        self._popen = popen
        self._code: int | None = None

    def ended(self) -> int | None:
        """How it ended, as `subprocess` tells it (a signal as a negative number); None if it lives."""
        if self._code is None and self._popen is not None:
            self._code = self._popen.poll()
        elif self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self) -> int:
        """Wait for its end, however long that takes."""
        if self._code is None and self._popen is not None:
            self._code = self._popen.wait()
        elif self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        assert self._code is not None
        return self._code

    def signal(self, number: int) -> None:
        """Send a signal to it, and to all of its group."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            # The group is gone; macOS says the second where only the dead are left in it. Or a fork has not
            # come to make one yet: whoever waited for its end then would wait for ever.
            if self._code is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)


def spawn(hash_seed: str | None = None, path: Sequence[str] | None = None) -> Process:
    """A fresh interpreter, which has nothing of this one but its environment and `sys.path`, or this path.

    `hash_seed`: its PYTHONHASHSEED, by which the order of sets of text varies.
    """
    import subprocess  # 3 ms, and a fork does without

    ours, theirs = socket.socketpair()
    pipes = os.pipe(), os.pipe()
    boot = _BOOT.format(path=sys.path if path is None else list(path), link=theirs.fileno())
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    popen = subprocess.Popen(  # noqa: S603
        [sys.executable, *flags, "-c", boot],
        stdin=subprocess.DEVNULL,
        stdout=pipes[0][1],
        stderr=pipes[1][1],
        pass_fds=[theirs.fileno()],
        start_new_session=True,
        env=None if hash_seed is None else {**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    _close(theirs.fileno(), *(write for _, write in pipes))
    theirs.detach()
    return Process(popen.pid, ours, (pipes[0][0], pipes[1][0]), popen)


def fork(serve: Callable[[socket.socket], None], ours_alone: Collection[int]) -> Process:
    """A copy of this process that serves and then ends. `ours_alone`: descriptors it must not keep."""
    ours, theirs = socket.socketpair()
    pipes = os.pipe(), os.pipe()
    _flush()
    pid = os.fork()
    if not pid:
        try:
            _become(pipes[0][1], pipes[1][1])
            _close(ours.detach(), *(end for pipe in pipes for end in pipe), *ours_alone)
            serve(theirs)
        finally:
            os._exit(1)  # whatever happened: what this process was goes on elsewhere
    theirs.close()
    _close(pipes[0][1], pipes[1][1])
    return Process(pid, ours, (pipes[0][0], pipes[1][0]), None)


def _flush() -> None:
    """What was printed and is still in a buffer is this process's to write, once."""
    for stream in {sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__} - {None}:
        with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it: then nothing is written
            stream.flush()  # type: ignore[union-attr]


def shared_descriptors(ours: Collection[int]) -> list[int]:
    """What is open that two processes must not share, but for these of the pool's own."""
    return [
        each.number for each in descriptors.opened() if each.number not in ours and _is_shared_badly(each)
    ]


def _is_shared_badly(each: Descriptor) -> bool:
    """Whether two processes that have this descriptor would get in each other's way."""
    if each.is_pipe:
        # The end of a sub-process's answer does no harm where nobody reads it, nor does a pipe that
        # this process was started with and knows nothing of (make has such).
        return each.written_to and not each.inherited
    return not (each.is_device or each.is_folder)


def _become(stdout: int, stderr: int) -> None:
    """In the child: a session of its own, streams of its own, the signals as at the start."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.close(nothing)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
