from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from handmade import an_output

from cuvee.cli.output import Output, wants_colour
from cuvee.errors import EnvironmentFault


@pytest.mark.parametrize(
    ("environ", "on_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": ""}, False, False),
    ],
)
def test_colours(environ: dict[str, str], on_terminal: bool, expected: bool) -> None:
    assert wants_colour(environ, on_terminal) is expected


def test_paint_is_for_the_stream_that_has_colours() -> None:
    output = an_output(colour=True)
    assert output.paint("x", "bad") == "\x1b[31m\x1b[1mx\x1b[0m"
    assert output.paint_note("x", "bad") == "x"


def test_an_object_is_one_line_of_json() -> None:
    output = an_output(json=True)
    output.object({"text": "é\n\ud800", "none": None})
    assert output.answer.getvalue().count("\n") == 1
    assert json.loads(output.answer.getvalue()) == {"text": "é\n\ud800", "none": None}


def test_a_number_that_json_lacks_never_gets_out() -> None:
    with pytest.raises(ValueError, match="Out of range float values"):
        an_output(json=True).object({"rmse": float("nan")})


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_an_answer_that_cannot_be_written_is_said() -> None:
    with pytest.raises(EnvironmentFault, match="the output cannot be written: No space left on device"):
        Output(Full(), io.StringIO()).lines("x")


WRITES = """
import ctypes, os, sys
from cuvee.cli.output import open_output
output = open_output(json={json})
print("printed")
ctypes.CDLL(None).puts(b"from C")
os.system("echo from a child")
sys.stdout.buffer.write(b"bytes\\n")
output.{write}
output.note("noted")
"""


def written(json: bool, write: str, **streams: int) -> subprocess.CompletedProcess[str]:
    code = WRITES.format(json=json, write=write)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run([sys.executable, "-c", code], text=True, check=False, **pipes)  # type: ignore[call-overload,no-any-return]


def test_with_json_nothing_but_the_object_is_on_standard_output() -> None:
    done = written(True, "object({'a': 1})")
    assert done.stdout == '{"a": 1}\n'
    assert sorted(done.stderr.splitlines()) == ["bytes", "from C", "from a child", "noted", "printed"]
    assert done.returncode == 0


def test_without_json_everything_stays_where_it_was() -> None:
    done = written(False, "lines('answer')")
    assert sorted(done.stdout.splitlines()) == ["answer", "bytes", "from C", "from a child", "printed"]
    assert (done.stderr, done.returncode) == ("noted\n", 0)


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)


SCRIPT = """
import sys, time
from cuvee.cli.output import open_output
output = open_output(json="--json" in sys.argv)
time.sleep(0.05)
for _ in range(100):
    print("x" * 1000)
    output.lines("y" * 1000)
    output.note("z")
print(sys.stdout.encoding, file=sys.stderr)
"""


@pytest.mark.parametrize(
    "shell", ["| true", ">&-", "2>&-", "--json | true", "--json >&-", "--json 2>&- >/dev/null"]
)
def test_a_stream_that_nobody_reads_is_no_error(shell: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    done = in_shell(f"{sys.executable} script.py {shell}; echo ${{PIPESTATUS[0]}} > status", tmp_path)
    assert (tmp_path / "status").read_text() == "0\n"
    assert "Traceback" not in done.stderr


def test_a_sign_that_the_encoding_lacks_is_a_question_mark(tmp_path: Path) -> None:
    code = "from cuvee.cli.output import open_output; open_output(json=False).lines('8 → 12')"
    done = in_shell(f'PYTHONIOENCODING=ascii {sys.executable} -c "{code}"', tmp_path)
    assert (done.stdout, done.stderr) == ("8 ? 12\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_once(tmp_path: Path) -> None:
    done = in_shell(f"{sys.executable} -c 'from cuvee.cli import main; main()' config > /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr == "error: the output cannot be written: No space left on device\n"
