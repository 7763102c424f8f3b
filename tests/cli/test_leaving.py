"""How the process of a command ends: at once, unless something may still have to be done."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import os, sys
from cuvee.cli.leaving import Leaving
{before}
leaving = Leaving()
exec("import os; end = os._exit; os._exit = lambda code: (os.write(2, b'at once'), end(code))", {{}})
{code}
leaving.code = 3
sys.exit(3)
"""


def buffered() -> dict[str, str]:
    """The environment, without what has Python write each piece by itself."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def ended(folder: Path, code: str, before: str = "") -> subprocess.CompletedProcess[str]:
    text = _PROGRAM.format(before=before, code=code)
    return subprocess.run(
        [sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False
    )


def test_it_ends_at_once_with_its_code_and_all_that_was_printed(tmp_path):
    done = ended(tmp_path, "print('printed', end='')")
    assert (done.returncode, done.stdout, done.stderr) == (3, "printed", "at once")


def test_what_is_registered_to_be_done_at_exit_is_done_and_threads_are_waited_for(tmp_path):
    done = ended(
        tmp_path,
        "import atexit, threading\n"
        "atexit.register(print, 'at exit', end='')\n"
        "go = threading.Event()\n"
        "threading.Thread(target=lambda: (go.wait(), print('a thread, and '))).start()\n"
        "threading.Timer(0, go.set).start()\n",
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "a thread, and \nat exit", "at once")


def test_what_was_registered_before_it_could_is_not_left_out(tmp_path):
    done = ended(tmp_path, "", before="import atexit; atexit.register(print, 'first', end='')")
    assert (done.returncode, done.stdout, done.stderr) == (3, "first", "")


@pytest.mark.parametrize(
    "code",
    [
        "class Last:\n    def __del__(self, write=os.write): write(1, b'finalized')\nlast = Last()",
        "class Last:\n    def __del__(self, write=os.write): write(1, b'finalized')\n"
        "last = Last(); last.itself = last",
        "def steps(write=sys.stdout.write):\n    try: yield\n    finally: write('finalized')\n"
        "middle = steps(); next(middle)",
    ],
    ids=["an object", "one in a ring", "a generator in the middle"],
)
def test_an_object_with_a_finalizer_is_finalized(tmp_path, code):
    done = ended(tmp_path, code)
    assert (done.returncode, done.stdout, done.stderr) == (3, "finalized", "")


def test_a_generator_that_has_not_begun_or_is_over_is_no_reason_to_take_all_apart(tmp_path):
    done = ended(
        tmp_path,
        "def steps():\n    try: yield\n    finally: pass\nbefore = steps(); after = steps(); list(after)",
    )
    assert (done.returncode, done.stderr) == (3, "at once")


@pytest.mark.parametrize(
    "code",
    [
        "file = open('out', 'w'); file.write('whole')",
        "file = open('out', 'wb', buffering=1 << 20); file.write(b'whole'); ring = [file]; ring += [ring]",
        "import gzip\nfile = gzip.open('out', 'wt'); file.write('whole')",
    ],
    ids=["text", "bytes in a ring", "compressed"],
)
def test_a_file_that_nobody_has_closed_is_written_whole(tmp_path, code):
    done = ended(tmp_path, code)
    data = (tmp_path / "out").read_bytes()
    assert (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data) == b"whole"
    assert (done.returncode, done.stderr) == (3, "")


def test_what_is_open_for_reading_or_closed_is_no_reason_to_take_all_apart(tmp_path):
    (tmp_path / "in").write_text("there")
    done = ended(tmp_path, "file = open('in')\nwith open('out', 'w') as gone: gone.write('whole')")
    assert (done.returncode, done.stderr) == (3, "at once")
    assert (tmp_path / "out").read_text() == "whole"


def test_what_a_descriptor_of_somebodys_own_may_hold_is_left_to_him(tmp_path):
    done = ended(tmp_path, "number = os.open('out', os.O_WRONLY | os.O_CREAT)")
    assert (done.returncode, done.stderr) == (3, "")


def test_what_c_code_has_printed_is_written(tmp_path):
    # Into a pipe it writes when much has come together, or at the end.
    done = ended(tmp_path, "import ctypes, numpy\nctypes.CDLL(None).printf(b'by C')")
    assert (done.returncode, done.stdout, done.stderr) == (3, "by C", "")


def test_without_a_code_python_ends_the_process(tmp_path):
    done = ended(tmp_path, "raise SystemExit(4)")
    assert (done.returncode, done.stderr) == (4, "")


def test_a_stream_that_cannot_be_written_is_told_of_as_ever(tmp_path):
    command = [sys.executable, "-c", _PROGRAM.format(before="", code="print('lost')")]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=buffered(), text=True, check=False
        )
    assert done.returncode == 120
    assert "No space left on device" in done.stderr


def test_the_command_ends_with_its_code(tmp_path):
    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "cuvee", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    (tmp_path / "one.py").write_text(
        "from cuvee import task\n@task\ndef one(a: int = 1) -> int: return 1 // a\n"
    )
    assert run("run", "one.py:one")[0] == 0
    assert run("run", "one.py:one", "--a", "0")[0] == 1
    code, text = run("run", "nothing.py")
    assert code == 2
    assert "nothing.py" in text


def test_a_run_is_no_reason_to_take_all_apart(tmp_path):
    """Nor is what somebody has kept of what watches its calls, as libraries keep standard input."""
    (tmp_path / "one.py").write_text(
        "import sys\nfrom cuvee import task\nkept = sys.stdin\n@task\ndef one(a: int = 1) -> int: return a\n"
    )
    done = ended(
        tmp_path,
        "from cuvee.cli import main\nsys.argv = ['cuvee', 'run', 'one.py:one']\n"
        "try: main()\nexcept SystemExit: pass",
    )
    assert (done.returncode, done.stderr) == (3, "at once")
