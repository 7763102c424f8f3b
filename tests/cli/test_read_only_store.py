"""The store of a project that is somebody else's, or lies in an archive: all that looks works, and leaves
nothing there; what would write says so."""

from __future__ import annotations

import pytest

import cuvee
from cuvee.api.sessions import close_sessions
from cuvee.tracking.sqlite import still
from rights import read_only

SOURCE = """
import pandas as pd

@task
def frame(n: int) -> pd.DataFrame:
    return pd.DataFrame({"a": range(n)})

@task
def total(table: pd.DataFrame) -> int:
    log_metric("rows", len(table))
    return int(table["a"].sum())

@pipeline
def main(n: int = 2):
    return total(frame(n))
"""


@pytest.fixture
def archive(project, monkeypatch):
    monkeypatch.setattr(still, "SETTLED", 0.0)
    project.write(SOURCE)
    for n in ("2", "3"):
        assert project.run("run", "FILE", "--n", n).code == 0
    before = sorted(project.folder.rglob("*"))
    with read_only(project.folder):
        yield project
        close_sessions(project.folder / ".cuvee")
        assert [each for each in sorted(project.folder.rglob("*")) if each not in before] == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("runs", "Runs of main"),
        ("show 2", "Run 2 of main: succeeded"),
        ("show 2 frame", "pandas.DataFrame, 3 rows"),
        ("diff 1 2", "n went from 2 to 3"),
        ("lineage 2 total", "what 2:total came from"),
        ("du", "results"),
        ("fsck", "are as they were written"),
        ("plan FILE --n 3", "Nothing has to run"),
        ("plan FILE --n 4", "2 calls: 1 to run, 1 that may have to"),
    ],
)
def test_what_looks_works(archive, command, told):
    done = archive.run(*command.split())
    assert (done.code, done.err) == (0, "")
    assert told in done.out


def test_python_looks_too(archive):
    assert [run.number for run in cuvee.runs()] == [2, 1]
    assert cuvee.load("2", "total") == 3
    assert list(cuvee.load("2", "frame")["a"]) == [0, 1, 2]


@pytest.mark.parametrize(
    "command", ["run FILE", "run FILE --n 4", "tag 1 good", "note 1 hello", "gc", "rm 1"]
)
def test_what_would_write_says_so(archive, command):
    done = archive.run(*command.split())
    assert done.code == 1
    assert "records.db cannot be written to: cuvee could not " in done.err
    assert "set CUVEE_HOME to another folder" in done.err
