"""The command in a process of its own: what only a real process can show."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

SLOW = """
import sys, time
from cuvee import pipeline, task

@task
def first() -> int:
    return 1

@task
def wait(x: int, seconds: float) -> int:
    print("waiting", flush=True)
    time.sleep(seconds)
    return x

@pipeline
def slow(seconds: float = 60.0):
    return wait(first(), seconds)
"""

CUVEE = [sys.executable, "-c", "from cuvee.cli import main; main()"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / "slow.py").write_text(SLOW)
    return tmp_path


def ended_by(number: signal.Signals, folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command and send it a signal when the slow task has begun; its code, output and errors."""
    process = subprocess.Popen(
        [*CUVEE, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    watched = process.stderr if "--json" in arguments else process.stdout
    assert watched is not None
    heard = ""
    while not heard.endswith("waiting\n"):
        heard += watched.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    return process.returncode, out if "--json" in arguments else heard + out, err


def test_an_interrupt_ends_the_run_and_says_how_to_go_on(folder: Path) -> None:
    code, out, err = ended_by(signal.SIGINT, folder, "run", "slow.py")
    assert code == 130
    assert re.search(r"^Run 1 of slow cancelled after ", out, re.M)
    assert len(re.findall(r"^  wait +cancelled ", out, re.M)) == 1
    assert out.splitlines()[-1] == "Finished calls are kept: run the same command to go on."
    assert "Traceback" not in out + err
    done = subprocess.run(
        [*CUVEE, "run", "slow.py", "--seconds", "0", "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [call["decision"] for call in json.loads(done.stdout)["calls"]] == ["reused", "executed"]


def test_a_run_that_was_killed_shows_what_it_was_in_the_middle_of(folder: Path) -> None:
    assert ended_by(signal.SIGKILL, folder, "run", "slow.py")[0] == -signal.SIGKILL
    shown = subprocess.run(
        [*CUVEE, "show", "1"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    assert re.search("^Run 1 of slow: died$", shown, re.M)
    assert re.search(r"^Under way when it died, or about to begin: wait\.$", shown, re.M)


STUBBORN = """
import time
from pathlib import Path
from cuvee import pipeline, task

@task(isolated=True)
def wait() -> None:
    while True:
        try:
            Path("waits").touch()
            time.sleep(60)
        except KeyboardInterrupt:
            Path("asked").touch()

@pipeline
def stubborn():
    wait()
"""


def test_a_second_interrupt_waits_for_nobody_and_the_run_is_cancelled_all_the_same(folder: Path) -> None:
    (folder / "stubborn.py").write_text(STUBBORN)
    process = subprocess.Popen(
        [*CUVEE, "run", "stubborn.py"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for sign in ("waits", "asked"):
        while not (folder / sign).exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert re.search(r"^  wait +cancelled ", out, re.M)
    assert "Traceback" not in out + err
    runs = subprocess.run(
        [*CUVEE, "runs", "--json"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    assert '"cancelled"' in runs
    assert '"died"' not in runs


def test_an_interrupted_run_is_an_object_too(folder: Path) -> None:
    code, out, _ = ended_by(signal.SIGINT, folder, "run", "slow.py", "--json")
    report = json.loads(out)
    assert (code, report["status"], report["result"]) == (130, "cancelled", None)
    assert [call["status"] for call in report["calls"]] == ["succeeded", "cancelled"]


def test_on_a_terminal_the_display_gives_way_to_the_summary(folder: Path) -> None:
    shown = on_terminal(folder, "run", "slow.py", "--seconds", "0.4")
    assert "Run 1 of slow" in shown.partition("waiting")[0]
    bare = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    assert re.search(r"wait\s+0\.\d s  it has not run before", bare)
    summary = shown.rpartition("\x1b[2K")[2]
    assert summary.startswith("Run 1 of ")
    assert "2 calls: 2 executed." in summary


def test_colours_can_be_turned_off_on_a_terminal(folder: Path) -> None:
    shown = on_terminal(folder, "run", "slow.py", "--seconds", "0", NO_COLOR="1")
    summary = shown.rpartition("\x1b[2K")[2]
    assert summary.startswith("Run 1 of slow succeeded in ")
    assert "\x1b" not in summary


ASKING = """
import time
from cuvee import pipeline, task

@task
def ask() -> str:
    time.sleep(0.3)
    return input("name? ")

@task
def look(name: str) -> str:
    local = name.upper()
    breakpoint()
    return local

@pipeline
def asking():
    return look(ask())
"""


def test_a_task_may_ask_and_a_debugger_stops_where_it_was_called(folder: Path) -> None:
    (folder / "asking.py").write_text(ASKING)
    answers = [("name? ", "ada"), ("(Pdb) ", "p 'local ' + local"), ("(Pdb) ", "c")]
    shown = on_terminal(folder, "run", "asking.py", answers=answers, PYTHONBREAKPOINT="")
    assert re.search(r"\x1b\[2K(\x1b\[\?25h)?name\? ada\n", shown)  # the display was gone before
    # From Python 3.13 on the debugger stops in the line of the breakpoint itself, before that after it.
    where = re.escape(f"> {folder}/asking.py(")
    assert re.search(where + r"1[34]\)look\(\)\n-> (return local|breakpoint\(\))\n\(Pdb\) ", shown)
    assert "'local ADA'" in shown
    assert "Run 1 of " not in shown.partition("(Pdb)")[2].partition("(Pdb) c")[0]


def on_terminal(
    folder: Path, *arguments: str, answers: Sequence[tuple[str, str]] = (), **environ: str
) -> str:
    """All that the command writes to a terminal of 100 columns; `answers` are typed after their prompts."""
    inner, outer = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [*CUVEE, *arguments],
        cwd=folder,
        stdin=outer,
        stdout=outer,
        stderr=outer,
        env={**clean, "TERM": "xterm", "COLUMNS": "100", "LINES": "40", **environ},
    )
    os.close(outer)
    written, seen, waiting = b"", 0, list(answers)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        ready, _, _ = select.select([inner], [], [], 0.1)
        try:
            chunk = os.read(inner, 65536) if ready else b"" if process.poll() is None else None
        except OSError:  # what Linux says of a terminal that the last process has left
            chunk = None
        if chunk is None:
            break
        written += chunk
        if waiting and waiting[0][0].encode() in written[seen:]:
            seen = len(written)
            os.write(inner, waiting.pop(0)[1].encode() + b"\n")
    os.close(inner)
    assert process.wait(timeout=20) == 0
    return written.decode().replace("\r\n", "\n")
