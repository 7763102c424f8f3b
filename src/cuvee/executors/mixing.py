"""Mixers: one process for each source tree. It imports the tree once, and makes each run in a copy of itself.

What runs there is above this row of the house; it is named by its module only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from cuvee.errors import EnvironmentFault
from cuvee.model.mixture import MixtureDone, MixtureOrder, decode_done, encode

_MODULE = "cuvee.cli.mixing"
_SAID = 2000  # bytes of what a process said last that are told when it died


class ProcessMixer:
    """`Mixer` in a process of its own. `settings` are environment variables that it has beside ours."""

    def __init__(self, folder: Path, settings: Mapping[str, str], log: Path) -> None:
        self._folder = folder
        self._settings = settings
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def make(self, order: MixtureOrder) -> MixtureDone:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(encode(order) + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if answer:
            done = decode_done(answer)
            if done.last:
                self.close()
            return done
        code = process.wait()
        self.close()
        return MixtureDone(problem=f"its process ended ({_ended(code)}): {self._said()}")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _close(process.stdin)
        process.wait()
        _close(process.stdout)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = self._start()
            self.starts += 1
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [str(self._folder), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            **self._settings,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }
        try:
            with self._log.open("ab") as log:
                return subprocess.Popen(  # noqa: S603
                    [sys.executable, "-m", _MODULE],
                    cwd=self._folder,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                )
        except OSError as error:
            raise EnvironmentFault(f"a process for a mixture could not be started: {error}") from error

    def _said(self) -> str:
        return self._log.read_bytes()[-_SAID:].decode("utf-8", "replace").strip() or "it said nothing"


def _ended(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        try:
            stream.close()
        except BrokenPipeError:
            return  # it has ended, and hears nothing any more
