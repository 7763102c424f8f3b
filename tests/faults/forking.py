"""A run as a fork of this process: what a start of Python costs is most of a short run.

It goes through all of the command but its imports. Some cases of a hunt still start the real one.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_LOADED_ONCE = (
    "cuvee.api.tracked", "cuvee.cli.ending", "cuvee.cli.opening", "cuvee.cli.run", "cuvee.executors.placed",
    "cuvee.executors.pool", "cuvee.operations.run", "cuvee.operations.footing", "cuvee.operations.unchanged",
    "cuvee.perform.performer", "cuvee.tracking.sqlite", "cuvee.wiring", "cuvee.worker", "subprocess",
    "ctypes",
)  # fmt: skip

_NAP = 0.002


class Forked:
    """A child of this process, with what `subprocess.Popen` has of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float = 1e9) -> int:
        """Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} has not ended")
            time.sleep(_NAP)
        return code

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def load() -> None:
    """Import what every run needs, once."""
    for name in _LOADED_ONCE:
        importlib.import_module(name)


def fork(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], answer: int, notes: int
) -> Forked:
    """Run `cuvee WORDS` in a child, in that folder and a session of its own."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return Forked(pid)
    code = 70
    try:
        os.setsid()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, number in ((nothing, 0), (answer, 1), (notes, 2)):
            os.dup2(ours, number)
        for each in (nothing, answer, notes):
            os.close(each)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = ["cuvee", *words]
        from cuvee.cli.ending import run_command

        code = run_command(list(words))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
