"""A worker that is only just forked, and has no process group of its own yet, is ended like any other."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal
from cuvee.executors.pool import starting

become, (heard, said) = starting._become, os.pipe()

def become_late(*streams):
    os.read(heard, 1)
    become(*streams)

starting._become = become_late
process = starting.fork(lambda link: link.recv(1), ())
process.signal(signal.{name})
os.write(said, b"x")
print(process.wait())
"""


@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -9), ("SIGTERM", -15)])
def test_what_is_sent_to_it_reaches_it_all_the_same(name: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(name=name)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,  # where it is lost, the one waits for the other without end
    )
    assert done.stdout == f"{code}\n"
