"""What a process has printed before it is forked is written once."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import os, sys
from cuvee.executors.pool.starting import fork
print("printed", end="")
sys.stderr.write("told")
process = fork(lambda link: (sys.stdout.flush(), sys.stderr.flush()), ())
said = [os.read(end, 100) for end in process.output]
os.waitpid(process.pid, 0)
print(said)
"""


def test_a_forked_worker_writes_nothing_that_was_printed_before_it() -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=buffered
    )
    assert done.stdout == "printed[b'', b'']\n"
