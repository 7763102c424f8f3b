"""`cuvee debug` and `cuvee shell`: in one call of an earlier run, on what it had."""

from __future__ import annotations

import io
import os
import signal
import sys

import pexpect
import pytest

from cuvee import load

FLOW = """
import os, random
from pathlib import Path

@task
def draw(n: int) -> float:
    number = random.random()
    return number + n

@task
def read(data: File) -> str:
    return Path(data.path).read_text()

@task
def walk(n: int) -> Iterator[int]:
    for each in range(n):
        yield each

@task
async def waits(n: int) -> int:
    import asyncio
    await asyncio.sleep(0)
    return n + 1

@task
def fails(number: float) -> float:
    os.environ.get("HELPED") or check(number)
    return number

def check(number):
    seen = number + 1
    raise ValueError(f"{number} is too much")

@pipeline
async def main(data: File = File("data.txt")):
    read(data)
    walk(3)
    await waits(4)
    fails(draw(2))
"""

OWN = """
import pdb, sys

def stop():
    debugger = pdb.Pdb()
    debugger.prompt = "(own) "
    debugger.set_trace(sys._getframe().f_back)

def post_mortem(trace):
    global buried
    while trace.tb_next:
        trace = trace.tb_next
    buried = trace.tb_frame.f_locals["seen"]
"""


@pytest.fixture
def made(project, monkeypatch):
    monkeypatch.delenv("PYTHONBREAKPOINT", raising=False)
    (project.folder / "data.txt").write_text("before")
    project.write("from collections.abc import Iterator\n" + FLOW)
    assert project.run("run", "FILE").code == 1
    return project


@pytest.fixture
def typed(monkeypatch, capfd):
    """Have these lines typed; gives what Python's own streams then printed."""

    def start(*lines: str):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(sys, "__stdout__", sys.stdout)
        capfd.readouterr()
        return lambda: capfd.readouterr().out

    return start


def test_it_stands_at_the_first_line_with_the_inputs_and_the_random_numbers_of_the_run(made, typed):
    printed = typed("p n", "n", "p number", "c")
    done = made.run("debug", "1", "draw")
    text = printed()
    assert done.code == 0, done.err
    assert "-> number = random.random()" in text
    assert "(Pdb) 2\n" in text
    assert done.out == f"draw gave {load('1', 'draw')}.\n"


def test_nothing_of_it_goes_on_record(made, typed):
    typed("c")
    made.run("debug", "1", "draw")
    typed("q")
    made.run("debug", "1", "draw")
    assert len(made.run("runs", "--json").json["runs"]) == 1
    assert made.run("plan", "FILE", "--json").code == 0
    assert {call["decision"] for call in made.run("plan", "FILE", "--json").json["calls"][:3]} == {"reuse"}


def test_ctrl_c_does_what_it_did_before(made, typed):
    before = signal.getsignal(signal.SIGINT)
    typed("n", "c")
    made.run("debug", "1", "draw")
    assert signal.getsignal(signal.SIGINT) is before


def test_where_a_call_failed_the_debugger_opens_there(made, typed):
    printed = typed("p seen", "u", "p number", "q")
    done = made.run("debug", "1", "fails")
    assert done.code == 0
    assert "is too much\nThe debugger opens at the last line of yours in it" in done.err
    assert "(Pdb) 3." in printed()


LIBRARY = """
import json

@task
def read(text: str) -> int:
    return json.loads(text)

@pipeline
def main(text: str = "{"):
    read(text)
"""


def test_in_a_library_it_stands_at_the_line_that_called_it_and_down_leads_further(project, typed):
    project.write(LIBRARY)
    assert project.run("run", "FILE").code == 1
    printed = typed("p text", "d", "p s", "q")
    assert project.run("debug", "1", "read").code == 0
    here, seen, _, further = printed().split("(Pdb) ")[:4]
    assert here.endswith("-> return json.loads(text)\n")
    assert seen.startswith("'{'")
    assert further.startswith("'{'")


def test_the_first_line_of_a_call_that_failed_then_where_it_raises(made, typed):
    printed = typed("c", "p seen", "q")
    made.run("debug", "1", "fails", "--first-line")
    text = printed()
    assert "-> os.environ.get" in text
    assert "-> raise ValueError" in text


def test_a_call_that_fails_no_more_says_so(made, typed, monkeypatch):
    monkeypatch.setenv("HELPED", "1")
    typed()
    assert "It has not failed, as it did in run 1" in made.run("debug", "1", "fails").out


def test_what_is_set_wins_and_today_s_code_runs(made, typed):
    made.write("from collections.abc import Iterator\n" + FLOW.replace("number + n", "n * 10"))
    typed("c")
    assert "draw gave 70" in made.run("debug", "1", "draw", "--set", "n=7").out


def test_a_task_that_yields_is_stopped_in_too(made, typed):
    printed = typed("p n", "c")
    assert "walk gave [0, 1, 2]" in made.run("debug", "1", "walk").out
    assert "(Pdb) 3" in printed()


def test_an_async_task_is_stopped_in_too(made, typed):
    printed = typed("p n", "c")
    assert "waits gave 5" in made.run("debug", "1", "waits").out
    assert "-> import asyncio\n(Pdb) 4" in printed()


def test_a_file_that_changed_is_as_it_was(made, typed):
    (made.folder / "data.txt").write_text("after")
    typed("c")
    assert "read gave 'before'" in made.run("debug", "1", "read").out


def test_the_debugger_is_the_one_that_breakpoint_opens(made, typed, monkeypatch):
    (made.folder / "own_debugger.py").write_text(OWN)
    monkeypatch.syspath_prepend(made.folder)
    monkeypatch.setenv("PYTHONBREAKPOINT", "own_debugger.stop")
    printed = typed("p n", "c")
    assert made.run("debug", "1", "draw").code == 0
    assert "-> number = random.random()\n(own) 2" in printed()
    typed("q")
    assert made.run("debug", "1", "fails").code == 0
    assert sys.modules.pop("own_debugger").buried == load("1", "draw") + 1
    monkeypatch.setenv("PYTHONBREAKPOINT", "0")
    done = made.run("debug", "1", "draw")
    assert (done.code, "PYTHONBREAKPOINT=0 switches debuggers off" in done.err) == (2, True)


@pytest.mark.parametrize("command", ["debug", "shell"])
def test_bad_input_says_what_there_is(made, command):
    assert "has no call 'drwa': did you mean draw?" in made.run(command, "1", "drwa").err
    assert "there is no run 7: the last is 1" in made.run(command, "7", "draw").err
    assert "1 names a run; add which call's result is meant" in made.run(command, "1").err
    made.write("from collections.abc import Iterator\n" + FLOW.replace("def draw", "def drawn"))
    done = made.run(command, "1", "draw")
    assert done.code == 2
    assert f"cuvee {command} 1 draw --code run" in done.err


def test_a_shell_has_inputs_and_output_as_variables(made, typed):
    printed = typed("n", "output > 2", "task(5) > 5", "run.number")
    done = made.run("shell", "1:draw")
    assert done.code == 0, done.err
    assert printed().replace(">>> ", "").split() == ["2", "True", "True", "1"]
    for name in ("n  ", "output", "task", "run 1"):
        assert name in done.out


def test_a_shell_says_what_is_not_to_be_had(made, typed):
    (made.folder / ".gitignore").write_text("data.txt")
    (made.folder / "data.txt").write_text("another")
    assert made.run("run", "FILE", "--keep-inputs", "0").code == 1
    (made.folder / "data.txt").write_text("other")
    typed()
    done = made.run("shell", "@last", "read")
    assert done.code == 0, done.err
    assert "There is no data: " in done.out
    assert "raise keep_inputs if such files should be kept" in done.out


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, folder, *words: str, **more: str) -> None:
        boot = ["-c", "from cuvee.cli import main; main()", *words]
        environment = {**os.environ, "TERM": "dumb", **more}
        self.child = pexpect.spawn(
            sys.executable, boot, cwd=str(folder), env=environment, timeout=60, encoding="utf-8"
        )

    def type(self, line: str, then: str) -> None:
        self.child.sendline(line)
        self.child.expect_exact(then)


def test_on_a_terminal_an_interrupt_stays_in_the_debugger(made):
    """With the code of the run: then a process stands between the terminal and the debugger."""
    terminal = Terminal(made.folder, "debug", "1", "draw", "--code", "run")
    terminal.child.expect_exact("-> number = random.random()")
    terminal.child.expect_exact("(Pdb) ")
    terminal.child.sendintr()
    terminal.child.expect_exact("(Pdb) ")
    terminal.type("p n", "2")
    terminal.child.sendline("q")
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert terminal.child.exitstatus == 0


def test_on_a_terminal_the_shell_is_ipython(made, tmp_path):
    pytest.importorskip("IPython")
    terminal = Terminal(made.folder, "shell", "1", "draw", IPYTHONDIR=str(tmp_path / "ipython"))
    terminal.child.expect_exact("In [1]:")
    terminal.type("n + 40", "42")
    terminal.child.expect_exact("In [2]:")
    terminal.child.sendline("exit")
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert terminal.child.exitstatus == 0
