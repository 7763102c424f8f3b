"""Runs the examples of a page, in order, in one folder, and compares what they print with what stands there.

    ```python     its first line `# wine.py`: is written to that file; else it is run
    ```py         a fragment: has to be Python, and is not run
    ```pycon      lines after `>>>` are run, and what follows is what they print
    ```console    lines after `$ ` are run, and what follows is what they print (to stdout, or else
                  to stderr); `exit=2` after the word says with what the last one ends
    <!-- file NAME …  -->, <!-- run COMMAND -->       the same, unseen by the reader

Numbers, durations, sizes, digests, line breaks and a traceback's marks don't count. A line `…`
stands for any lines; a library's frames in a traceback become one.

$ python tests/house/doc_examples.py README.md docs/*.md      # writes what they print now into the pages
"""

from __future__ import annotations

import ast
import doctest
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]
# Seconds after which an example hangs.
_PATIENCE = 120
# What the folder of an example is called in the page.
HOME = "/home/ada/project"

_FENCED = re.compile(
    r"^```(?P<kind>python|py|pycon|console)\b(?P<more>[^\n`]*)\n(?P<body>.*?)^```$", re.M | re.S
)
_UNSEEN = re.compile(r"^<!-- (?P<unseen>file|run) (?P<said>.*?)-->$", re.M | re.S)
_BLOCK = re.compile(f"{_FENCED.pattern}|{_UNSEEN.pattern}", re.M | re.S)
_FILE = re.compile(r"# ([\w/]+\.py)\n")
_EXIT = re.compile(r"exit=(\d+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:e[+-]?\d+)?")
_DIGEST = re.compile(r"(?<![\w.])[0-9a-f]{8,64}\b")
_DURATION = re.compile(r"<?#\s?(?:(?:µs|ms|s)\b|(?:min|h)\b(?: #\s?(?:s|min)\b)?)")
_LIBRARY_FRAMES = re.compile(r'(?:^  File "[^"]*site-packages.*\n(?:    .*\n)*)+', re.M)
_MARKS = re.compile(r"[\s~^]*")
# Told only where they took long.
_IMPORTS = re.compile(r", (?:after|and) #t of imports")
# Told only where there was something to save: a call can take no time that is worth telling.
_SAVED = re.compile(r"\bsaved #t |, and #t saved by reuse\b")
_SIZE = re.compile(r"#\s?(?:B|kB|MB)\b")
# Told only of calls that took a while.
_MEMORY = re.compile(r", with #B of memory at most| #B → #B at most|(?<=\"memory_bytes\": )(?:null|#)")
_AGO = re.compile(r"\bjust now\b|#t ago\b")

_INTERPRETER = """
import contextlib, io, json, sys
space, said = {"__name__": "__main__"}, []
for source in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(printed):
        exec(compile(source, "<stdin>", "single"), space)
    said.append(printed.getvalue())
json.dump(said, sys.stdout)
"""


class Mismatch(NamedTuple):
    """An example that prints something else than the page says, or ends otherwise."""

    example: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"--- {self.example}\n--- the page says:\n{self.expected}\n--- it prints:\n{self.actual}\n"


class Page:
    """One page; `text` is what it should say, after `run()`."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.text = page.read_text(encoding="utf-8")
        self.mismatches: list[Mismatch] = []
        self._folder = folder

    def run(self) -> None:
        """Run all that is in it. Raises AssertionError for an example that fails where none should."""
        self.text = _BLOCK.sub(self._block, self.text)

    def _block(self, match: re.Match[str]) -> str:
        if match["unseen"]:
            self._unseen(match["unseen"], match["said"])
        elif match["kind"] == "py":
            ast.parse(match["body"])
        elif match["kind"] == "python":
            self._python(match["body"])
        elif match["kind"] == "pycon":
            return f"```pycon{match['more']}\n{self._pycon(match['body'])}```"
        else:
            return f"```console{match['more']}\n{self._console(match['body'], match['more'])}```"
        return match[0]

    def _unseen(self, what: str, said: str) -> None:
        if what == "run":
            _, code = self._shell(said.strip())
            assert code == 0, said
        else:
            name, _, content = said.partition("\n")
            self._write(name.strip(), content)

    def _python(self, body: str) -> None:
        named = _FILE.match(body)
        if named:
            self._write(named[1], body)
        else:
            self._python_process(["-"], body)

    def _pycon(self, body: str) -> str:
        examples = doctest.DocTestParser().get_examples(body)
        said = json.loads(
            self._python_process(["-c", _INTERPRETER], json.dumps([example.source for example in examples]))
        )
        pieces = []
        for example, actual in zip(examples, said, strict=True):
            first, *more = example.source.splitlines()
            pieces.append("\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in more)]) + "\n")
            pieces.append(self._compare(example.source.strip(), example.want, actual))
        return "".join(pieces)

    def _console(self, body: str, more: str) -> str:
        wanted = _EXIT.search(more)
        pieces = []
        commands = list(_commands(body))
        for number, (command, expected) in enumerate(commands, 1):
            actual, code = self._shell(command)
            last = number == len(commands)
            if code != (int(wanted[1]) if wanted and last else 0):
                self.mismatches.append(Mismatch(command, "", f"exit {code}\n{actual}"))
            pieces.append(f"$ {command}\n{self._compare(command, expected, actual)}")
        return "".join(pieces)

    def _compare(self, example: str, expected: str, actual: str) -> str:
        """What the page should say: what it says, if that will do."""
        actual = _LIBRARY_FRAMES.sub("…\n", actual.replace(str(self._folder), HOME)).strip("\n")
        expected = expected.strip("\n")
        if not matches(expected, actual):
            self.mismatches.append(Mismatch(example, expected, actual))
            expected = "\n".join(line.rstrip() for line in actual.splitlines())
        return f"{expected}\n" if expected else ""

    def _shell(self, command: str) -> tuple[str, int]:
        done = subprocess.run(
            ["bash", "-c", command.partition("   #")[0]],
            cwd=self._folder,
            # Where pytest, as an example, makes its folders: among those of other sessions it would tidy up.
            env=_environment() | {"PYTEST_DEBUG_TEMPROOT": str(self._folder.parent)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        return done.stdout or done.stderr, done.returncode

    def _python_process(self, arguments: list[str], given: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self._folder,
            env=_environment() | {"PYTHONPATH": "."},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        assert done.returncode == 0, f"{given}\n{done.stderr}"
        return done.stdout

    def _write(self, name: str, content: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def matches(expected: str, actual: str) -> bool:
    """Whether two texts say the same, but for numbers, durations, spacing and where lines are broken."""
    pieces = ["" if line.strip() == "…" else line for line in _lines(expected)]
    pattern = " ".join(re.escape(_plain(line)) if line else ".*" for line in pieces)
    return re.fullmatch(pattern.replace(" .* ", " (?:.* )?"), _plain(" ".join(_lines(actual)))) is not None


def _lines(text: str) -> list[str]:
    """The lines that count: a traceback's marks under its code differ from one Python to the next."""
    return [line for line in text.splitlines() if not _MARKS.fullmatch(line)]


def _plain(text: str) -> str:
    text = _NUMBER.sub("#", _DIGEST.sub("#", " ".join(text.split())))
    text = _AGO.sub("#ago", _DURATION.sub("#t", _SIZE.sub("#B", text)))
    return _MEMORY.sub("", _SAVED.sub("", _IMPORTS.sub("", text)))


def _commands(body: str) -> Iterator[tuple[str, str]]:
    command, said = None, [""]
    for line in body.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, "\n".join(said)
            command, said = line[2:], []
        else:
            said.append(line)
    if command is not None:
        yield command, "\n".join(said)


def _environment() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CUVEE_")}
    return mine | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "EXAMPLES": str(REPOSITORY / "src/cuvee/examples"),
    }


def main() -> None:
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            page = Page(Path(name), Path(folder).resolve())
            page.run()
        Path(name).write_text(page.text, encoding="utf-8")
        print(f"{name}: {len(page.mismatches)} written anew")


if __name__ == "__main__":
    main()
