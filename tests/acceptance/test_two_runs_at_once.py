"""Two runs of the same pipeline, started beside each other on one store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no /dev/shm")

MODULE = """
    import os, time
    from cuvee import pipeline, task

    @task
    def long(gate: str) -> int:
        print("began", flush=True)
        while not os.path.exists(gate):
            time.sleep(0.01)
        return 7

    @pipeline
    def main(gate: str):
        return long(gate)
"""


@pytest.fixture
def gate():
    # What a call asks of a file would be observed, and count: of the system's own folders it does not.
    gate = Path(f"/dev/shm/cuvee-test-{os.getpid()}")
    gate.unlink(missing_ok=True)
    yield gate
    gate.unlink(missing_ok=True)


@pytest.fixture
def start(tmp_path, gate):
    (tmp_path / "flow.py").write_text(textwrap.dedent(MODULE))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUVEE_")}
    runs = []

    def start():
        command = [sys.executable, "-m", "cuvee", "run", "flow.py", "--gate", str(gate)]
        run = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=kept | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.kill()
        run.communicate()


def read_until(run, text):
    said = ""
    while text not in said:
        line = run.stdout.readline()
        assert line, f"it ended without {text!r}: {said}"
        said += line
    return said


def test_a_long_call_runs_once_and_the_other_run_takes_its_result(start, gate):
    one = start()
    read_until(one, "began")
    other = start()
    read_until(other, "long is being computed by another run; its result is waited for")
    gate.touch()
    assert "1 executed" in one.communicate(timeout=60)[0]
    said = other.communicate(timeout=60)[0]
    assert "1 reused" in said
    assert "began" not in said


def test_a_call_of_a_run_that_is_killed_is_taken_over(start, gate):
    one = start()
    read_until(one, "began")
    other = start()
    read_until(other, "long is being computed by another run; its result is waited for")
    os.kill(one.pid, signal.SIGKILL)
    read_until(other, "began")
    gate.touch()
    assert "1 executed" in other.communicate(timeout=60)[0]
