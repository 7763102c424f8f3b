"""`cuvee reproduce`: a run once more, and whether it comes to the same."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.entry import Observation
from cuvee.model.key import Component
from cuvee.model.record import CallRecord
from cuvee.operations import reproduce as reproducing
from cuvee.operations.reproduce import compare_calls, differing_versions

FLOW = """
import os
from pathlib import Path

@task
def read(data: File) -> str:
    return Path(data.path).read_text()

@task
def count(text: str, times: int) -> int:
    return len(text) * times

@task
def draw(text: str) -> tuple[str, bytes]:
    return text, os.urandom(8)

@pipeline
def main(data: File = File("data.txt"), times: int = 2) -> int:
    return count(read(data), times)

@pipeline
def odd(data: File = File("data.txt")) -> tuple[str, bytes]:
    return draw(read(data))
"""


@pytest.fixture
def made(project):
    (project.folder / "data.txt").write_text("before")
    project.write(FLOW)
    assert project.run("run", "FILE:main", "--times", "3", "--run-seed", "5").code == 0
    return project


def test_a_tree_that_has_moved_on_gives_the_old_run_again(made, capfd):
    (made.folder / "data.txt").write_text("something else")
    made.write(FLOW.replace("len(text) * times", "-1"))
    assert made.run("reproduce", "1").code == 0
    printed = capfd.readouterr().out
    assert "Identical, 2 of 2: run 1, again as run 2." in printed
    again = made.run("show", "2", "--json").json
    assert {call["decision"] for call in again["calls"]} == {"executed"}
    assert (again["result"], again["seed"]) == (18, 5)


def test_the_source_of_today_is_compared_too(made):
    made.write(FLOW.replace("len(text) * times", "-1"))
    done = made.run("reproduce", "1", "--here")
    assert done.code == 1
    assert "Different: count gave another result (its code is another). 1 of 2 are identical" in done.out
    assert "show 2 count --explain --against 1" in done.out
    report = made.run("reproduce", "1", "--here", "--json").json
    assert report["identical"] is False
    assert [call["became"] for call in report["calls"]] == ["identical", "different"]


def test_what_is_not_deterministic_is_named_with_what_differs(made):
    made.run("run", "FILE:odd")
    done = made.run("reproduce", "2", "--here")
    assert done.code == 1
    assert "draw gave another draw.1, on the same inputs with the same code" in done.out


def test_what_is_installed_is_compared_first(made, monkeypatch):
    monkeypatch.setattr(
        "cuvee.cli.reproduce.differing_versions",
        lambda then, now: (*differing_versions(then, now), ("numpy", "1.0", "2.0")),
    )
    done = made.run("reproduce", "1", "--here")
    assert done.out.startswith("What is installed is not what the run had:\n  numpy  1.0 → 2.0\n")
    assert done.code == 0


def test_it_disturbs_no_reuse(made):
    made.run("reproduce", "1", "--here")
    calls = made.run("run", "FILE:main", "--times", "3", "--run-seed", "5", "--json").json["calls"]
    assert {call["decision"] for call in calls} == {"reused"}


def test_a_run_that_is_not_there(made):
    done = made.run("reproduce", "9")
    assert (done.code, "there is no run 9" in done.err) == (2, True)


MOVED = """
import pandas as pd
from pathlib import Path

CONFIG = {f"option {n}": n for n in range(30)}

@task
def load(csv: File) -> str:
    return Path(csv).read_text()

@task
def hidden(n: int) -> str:
    return Path("data/hidden.txt").read_text() * n

@task
def configured(config: dict[str, int], extra: pd.DataFrame) -> int:
    return sum(config.values()) + int(extra["a"].sum())

@task
def score(text: str, other: str, weight: float = 1.0, names: File = File("data/names.txt")) -> float:
    return len(text + other + Path(names).read_text()) * weight

@pipeline
def main(times: int = 2) -> float:
    configured(CONFIG, pd.DataFrame({"a": [1, 2, 3]}))
    return score(load(File("data/big.csv")), hidden(times))
"""


@pytest.fixture
def moved(project):
    """A project whose data git ignores, run with values set for its tasks; then the tree has moved on."""
    data = project.folder / "data"
    data.mkdir()
    (project.folder / ".gitignore").write_text("data/")
    for name in ("big.csv", "hidden.txt", "names.txt", "other.txt"):
        (data / name).write_text(f"{name} as it was")
    project.write(MOVED)
    words = ("score.weight=2.5", "hidden.n=3", "score.names=data/other.txt")
    assert project.run("run", "FILE", *(f"--set={word}" for word in words)).code == 0
    project.write(MOVED.replace("len(text", "len(str(csv)"))
    for name in ("big.csv", "other.txt"):
        (data / name).write_text("moved on")
    return project


def test_values_that_were_set_and_files_that_the_body_named_are_as_they_were(moved, capfd):
    assert moved.run("reproduce", "1").code == 0
    assert "Identical, 4 of 4: run 1, again as run 2." in capfd.readouterr().out
    assert moved.run("show", "2", "--json").json["result"] == moved.run("show", "1", "--json").json["result"]


def test_a_file_that_was_neither_given_nor_kept_is_named(moved, capfd):
    (moved.folder / "data" / "hidden.txt").write_text("moved on")
    done = moved.run("reproduce", "1")
    assert done.code == 1
    assert "warning: data/hidden.txt is not what it was in run 1" in done.err
    printed = capfd.readouterr().out
    assert "Different: hidden gave another result (data/hidden.txt, which it read, has changed)" in printed
    assert "  hidden  'hidden.txt as it was" in printed


def test_long_values_and_frames_that_the_body_gave_come_back(moved):
    done = moved.run("rerun", "1", "configured", "--json")
    assert done.code == 0, done.err
    assert [call["decision"] for call in done.json["calls"]] == ["reused"]


def test_nobody_deletes_what_calls_were_given(moved):
    assert moved.run("gc").code == 0
    assert moved.run("rerun", "1", "configured").code == 0
    assert moved.run("rm", "1").code == 0
    assert moved.run("gc").code == 0


def test_a_run_that_was_answered_from_the_records_has_it_all_too(project):
    project.write(MOVED.replace('File("data/names.txt")', 'File("pyproject.toml")').replace("data/", ""))
    for name in ("big.csv", "hidden.txt"):
        (project.folder / name).write_text(name)
    for _ in range(3):
        assert project.run("run", "FILE", "--set", "score.weight=2.5").code == 0
    assert project.run("rm", "1", "2").code == 0
    assert project.run("gc").code == 0
    assert project.run("rerun", "3", "configured").code == 0
    assert project.run("reproduce", "3", "--here").code == 0


def test_a_secret_that_was_set_is_asked_for_again(project, monkeypatch):
    project.write(
        "@task\ndef login(password: Secret, user: str = 'a') -> int:\n    return len(password.reveal())\n"
        "@pipeline\ndef main() -> int:\n    return login(Secret('none'))\n"
    )
    monkeypatch.setenv("PASSWORD", "hunter2")
    assert project.run("run", "FILE", "--set", "login.password=env:PASSWORD").code == 0
    assert project.run("reproduce", "1", "--here").code == 0


def test_a_module_that_was_not_kept_is_named(project, capfd):
    (project.folder / ".gitignore").write_text("left_out.py\n")
    (project.folder / "left_out.py").write_text("X = 1\n")
    project.write(
        "import left_out\n\n@task\ndef one() -> int:\n    return left_out.X\n\n"
        "@pipeline\ndef main() -> int:\n    return one()\n"
    )
    assert project.run("run", "FILE").code == 0
    assert project.run("reproduce", "1").code == 2
    assert "the run imported 'left_out', which was not kept with its source" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Component("code", "", Digest(b"2" * 32)), "its code is another"),
        (Component("environment", "", Digest(b"2" * 32)), "what is installed is another"),
        (Component("parameter", "n", Digest(b"2" * 32), "2"), "n: 1 → 2"),
        (Component("input", "frame", Digest(b"2" * 32), "DataFrame"), "frame is another"),
    ],
)
def test_what_of_a_key_is_another_is_said_in_words(part, told):
    before = replace(part, digest=Digest(b"1" * 32), text="1" if part.kind == "parameter" else part.text)
    compared = compare_calls([_call(before)], [_call(part)])
    assert [each.text for each in compared] == [told]


def test_a_distribution_that_was_imported_late_is_what_changed(tmp_path, monkeypatch):
    """What a call imported while it ran is no file: what is installed is asked for it."""
    seen = Observation("distribution", "no-such-thing", Digest(b"1" * 32), ("1.0",))
    monkeypatch.setattr(reproducing, "observed_by", lambda *_: (seen,))
    asked = reproducing.what_changed(SimpleNamespace(root=tmp_path), None)
    assert asked(None) == "no-such-thing, which was imported while it ran, is not installed any more"


def _call(part):
    name = digest_parts("key", [part.digest])
    return CallRecord(
        0, "one", "flow:one", "succeeded", "executed", None, "", 1.0, 1.0, key=name, components=(part,),
        artifact=Artifact(name, "plain", "int", b""),
    )  # fmt: skip
