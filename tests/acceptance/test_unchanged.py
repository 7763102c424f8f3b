"""An unchanged run imports nothing, and never says anything else than the ordinary way would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

MAIN = """
import os
import time
from pathlib import Path

from cuvee import Directory, File, pipeline, task
import aside
import settled

try:
    import extra
except ImportError:
    extra = None

MODE = os.environ.get("MODE", "plain")
RATES = Path("rates.txt").read_text()
NAMES = sorted(os.listdir("listed"))
FOUND = os.path.exists("perhaps.txt")


@task
def load(file: File, folder: Directory, n: int) -> bytes:
    time.sleep(0.02)  # long enough for its memory to be on record
    more = Path("asked.txt").read_text()
    return bytes(n) + Path(file).read_bytes() + more.encode() + repr(
        (MODE, RATES, NAMES, FOUND, getattr(extra, "X", 0), settled.VERSION)
    ).encode()


@task
def size(data: bytes, scale: int = 1) -> int:
    return len(data) * scale


@pipeline
def flow(file: File = File("data.txt"), folder: Directory = Directory("folder"), n: int = 200_000) -> int:
    return size(load(file, folder, n))
"""

FILES = {
    "project/pyproject.toml": "[project]\nname = 'x'\n",
    "project/flow.py": MAIN,
    "project/aside.py": "def unused():\n    return 1\n",
    "project/rates.txt": "1",
    "project/asked.txt": "1",
    "project/data.txt": "1",
    "project/listed/a": "",
    "project/folder/a": "",
    "libraries/site-packages/settled.py": "VERSION = 1\n",
    "libraries/site-packages/settled-1.0.dist-info/METADATA": "Name: settled\nVersion: 1.0\n",
    "libraries/site-packages/settled-1.0.dist-info/RECORD": "settled.py,,\n",
}

COMMAND = str(Path(sys.executable).with_name("cuvee"))
"""The script as it was installed: it is the main module then, in a file that is not called `.py`."""


class Place:
    """A project, libraries beside it, and the command in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.libraries = folder / "libraries" / "site-packages"
        for name, text in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.environment = {**os.environ, "PYTHONPATH": str(self.libraries)}
        for name in ("CUVEE_HOME", "CUVEE_DURABILITY", "CUVEE_KEEP_INPUTS", "MODE"):
            self.environment.pop(name, None)
        self.cwd = self.folder
        self.python = [sys.executable]
        self.words = ["run", "flow.py"]

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text)

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def run(self, code: int = 0) -> Any:
        command = [*self.python, COMMAND, *self.words, "--json"]
        done = subprocess.run(
            command, cwd=self.cwd, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def database(self, sql: str) -> list[Any]:
        connection = apsw.Connection(str(self.folder / ".cuvee" / "records.db"))
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()

    @property
    def kept(self) -> bool:
        """Whether it is on record what the last run stood on."""
        return bool(self.database("SELECT 1 FROM footing WHERE run = (SELECT max(number) FROM run)"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def decisions(report: Any) -> list[str]:
    return [call["decision"] for call in report["calls"]]


def test_it_answers_from_the_records_as_the_ordinary_way_does(place: Place) -> None:
    first = place.run()
    assert first["imported"]
    assert decisions(first) == ["executed", "executed"]
    second = place.run()
    assert not second["imported"]
    place.database("DELETE FROM footing")
    third = place.run()
    assert third["imported"]
    assert (second["run"], third["run"]) == (2, 3)
    passing = {"run", "seconds", "started", "imported", "import_seconds", "pid", "calls"}
    assert {name: second[name] for name in second.keys() - passing} == {
        name: third[name] for name in third.keys() - passing
    }
    for ours, theirs in zip(second["calls"], third["calls"], strict=True):
        assert {**ours, "started": 0} == {**theirs, "started": 0}
    assert second["calls"][0]["memory_bytes"] is not None


_TOLD = "import atexit, sys; atexit.register(lambda: print('flow' in sys.modules, file=sys.stderr))"


def test_a_plan_is_answered_from_the_records_of_the_run_with_the_same_words(place: Place) -> None:
    def command(*words: str) -> tuple[str, bool]:
        """What it prints, and whether the target was imported."""
        code = f"{_TOLD}; from cuvee.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=place.cwd, env=place.environment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout, done.stderr.splitlines()[-1] == "True"

    assert command("plan", "flow.py")[1]
    assert command("run", "flow.py")[1]
    text, imported = command("plan", "flow.py")
    assert not imported
    report, imported = command("plan", "flow.py", "--json")
    assert not imported
    assert not command("run", "flow.py")[1]  # no plan has been taken for a run
    place.database("DELETE FROM footing")
    assert command("plan", "flow.py") == (text, True)
    assert command("plan", "flow.py", "--json") == (report, True)
    assert command("run", "flow.py")[1]
    place.write("asked.txt", "2")
    text, imported = command("plan", "flow.py")
    assert imported
    assert "to run" in text
    assert command("plan", "flow.py", "--explain", "size")[1]
    assert command("plan", "flow.py", "--n", "3")[1]


def test_it_has_the_source_that_it_stood_on(place: Place) -> None:
    place.run()
    assert not place.run()["imported"]
    kept = place.database("SELECT run, artifact FROM run_snapshot ORDER BY run")
    assert [run for run, _ in kept] == [1, 2]
    assert kept[0][1] == kept[1][1]


def touch_a_library(place: Place) -> None:
    (place.libraries / "settled.py").write_text("VERSION = 3\n")


def upgrade_a_library(place: Place) -> None:
    (place.libraries / "settled-1.0.dist-info").rename(place.libraries / "settled-2.0.dist-info")


def add_to_start_up(place: Place) -> None:
    (place.libraries / "sitecustomize.py").write_text("import os; os.environ['MODE'] = 'other'\n")


def set_the_variable(place: Place) -> None:
    place.environment["MODE"] = "other"


def move_elsewhere(place: Place) -> None:
    place.cwd = place.folder / "elsewhere"
    place.cwd.mkdir()
    place.words[1] = "../flow.py"
    for name in ("rates.txt", "listed", "asked.txt"):
        (place.cwd / name).symlink_to(place.folder / name)


def lose_the_blobs(place: Place) -> None:
    blobs = [path for path in (place.folder / ".cuvee" / "blobs").rglob("*") if path.is_file()]
    assert blobs
    for path in blobs:
        path.unlink()


CHANGES: dict[str, Callable[[Place], Any]] = {
    "an edit of a task": lambda place: place.replace("flow.py", "len(data)", "len(data) + 1"),
    "another default": lambda place: place.replace("flow.py", "200_000", "200_001"),
    "an edit that no task reaches": lambda place: place.replace("aside.py", "1", "2"),
    "a module that was looked for": lambda place: place.write("extra.py", "X = 1\n"),
    "a library edited": touch_a_library,
    "a library upgraded": upgrade_a_library,
    "a module in the way of another": lambda place: place.write("aside/__init__.py", ""),
    "a file read by an import": lambda place: place.write("rates.txt", "2"),
    "a folder listed by an import": lambda place: place.write("listed/b", ""),
    "a file looked for by an import": lambda place: place.write("perhaps.txt", ""),
    "a file read by a call": lambda place: place.write("asked.txt", "2"),
    "a file that was given": lambda place: place.write("data.txt", "2"),
    "a folder that was given": lambda place: place.write("folder/b", ""),
    "a parameter": lambda place: place.words.extend(["--n", "199_999"]),
    "a seed": lambda place: place.words.extend(["--seed", "3"]),
    "lost blobs": lose_the_blobs,
    "entries deleted": lambda place: place.database("DELETE FROM entry WHERE task = 'flow:load'"),
    "the run deleted": lambda place: place.database("DELETE FROM run"),
    "a variable": set_the_variable,
    "something run when Python starts": add_to_start_up,
    "another folder": move_elsewhere,
    "another mode of Python": lambda place: place.python.append("-O"),
}


def test_whatever_has_changed_leads_the_ordinary_way(place: Place) -> None:
    """One change after another: each is seen, and from then on things are as they are."""
    place.run()
    for what, change in CHANGES.items():
        assert place.kept, f"before {what}"
        change(place)
        assert place.run()["imported"], what


UNSURE = {  # what is written in place of what
    "the date at import": ("MODE = os", "import datetime as dt\nTODAY = dt.date.today()\nMODE = os"),
    "chance at import": ("MODE = os", "from random import choice as pick\nPICKED = pick([1, 2])\nMODE = os"),
    "the clock in a helper of an import": (
        "MODE = os",
        "import time\n\ndef now():\n    return time.time()\n\nNOW = now()\nMODE = os",
    ),
    "the clock in the body": (
        "    return size(",
        "    import time\n    n += time.time() < 0\n    return size(",
    ),
    "a result that expires": (
        "@task\ndef size",
        '@task(cache=__import__("datetime").timedelta(hours=1))\ndef size',
    ),
    "a result that is never reused": ("@task\ndef size", "@task(cache=False)\ndef size"),
    "a secret": (
        "def size(data: bytes, scale: int = 1)",
        'def size(data: bytes, scale: int = 1, key: Secret = Secret("k", version="1"))',
    ),
    "a result that an import loads": (
        "MODE = os",
        "import cuvee\nONE = hasattr(cuvee, 'x') and cuvee.load('@1')\nMODE = os",
    ),
    "a sub-process at import": ("MODE = os", 'import subprocess\nsubprocess.run(["true"])\nMODE = os'),
}


@pytest.mark.parametrize("what", UNSURE)
def test_of_what_may_differ_each_time_nothing_is_kept(what: str, place: Place) -> None:
    old, new = UNSURE[what]
    place.replace("flow.py", "import Directory", "import Secret, Directory")
    place.replace("flow.py", "import os\n", "import os\nfrom datetime import timedelta\n")
    place.replace("flow.py", old, new)
    assert place.run()["imported"]
    assert not place.kept


@pytest.mark.parametrize("words", [["--keep-inputs", "1MB"], ["--file", "@1:none"], ["--help"]])
def test_words_that_may_mean_something_else_are_left_to_the_ordinary_way(words: list[str]) -> None:
    from cuvee.cli.unchanged import is_plain

    assert is_plain(["run", "flow.py", "--n", "3"])
    assert not is_plain(["run", "flow.py", *words])


def test_a_library_that_is_called_by_an_import_has_to_give_the_same_twice(place: Place) -> None:
    (place.libraries / "settled.py").write_text("VERSION = 1\ndef version():\n    return 1\n")
    place.replace("flow.py", "settled.VERSION", "GIVEN")
    place.replace("flow.py", "MODE = os", "GIVEN = settled.version()\nMODE = os")
    assert place.run()["imported"]
    assert not place.kept
    assert place.run()["imported"]
    assert place.kept
    assert not place.run()["imported"]


def test_so_has_what_is_made_of_a_set_which_each_process_orders_anew(place: Place) -> None:
    place.replace("flow.py", "settled.VERSION", "FIRST[0]")
    place.replace("flow.py", "MODE = os", 'FIRST = sorted({"a", "b"})\nMODE = os')
    assert place.run()["imported"]
    assert not place.kept
    assert place.run()["imported"]
    assert not place.run()["imported"]


def test_a_failed_run_is_not_answered(place: Place) -> None:
    place.replace("flow.py", "return len(data)", "return 1 // 0")
    place.run(code=1)
    assert not place.kept
