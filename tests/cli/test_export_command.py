"""`cuvee export` on the command line."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import pandas as pd
import pytest
from cli_project import Project

SOURCE = """
import pandas as pd
@task
def clean() -> pd.DataFrame: return pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
@task
def split(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]: return frame.head(1), 3
@pipeline
def p():
    frame = clean()
    split(frame)
    return frame
"""


@pytest.fixture
def ran(project: Project) -> Project:
    project.write(SOURCE)
    assert project.run("run", "FILE").code == 0
    return project


@pytest.mark.parametrize(
    ("words", "rows", "said"),
    [
        (("1", "clean"), 2, "out.csv: clean of run 1, pandas.DataFrame, "),
        (("@last", "split.0"), 1, "out.csv: split.0 of run 1, pandas.DataFrame, "),
        (("@1:clean",), 2, "out.csv: clean of run 1, pandas.DataFrame, "),
        (("1",), 2, "out.csv: the result of run 1, pandas.DataFrame, "),
    ],
)
def test_a_call_an_element_or_the_result_is_written(
    ran: Project, words: tuple[str, ...], rows: int, said: str
) -> None:
    done = ran.run("export", *words, "out.csv")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(said)
    assert len(pd.read_csv(ran.folder / "out.csv")) == rows


def test_with_json_it_tells_what_it_wrote(ran: Project) -> None:
    report = ran.run("export", "1", "clean", "out.csv", "--json").json
    assert report["file"] == str(ran.folder / "out.csv")
    assert report["bytes"] == (ran.folder / "out.csv").stat().st_size
    assert (report["run"], report["path"], report["type"]) == (1, "clean", "pandas.DataFrame")


def test_a_file_that_is_there_needs_force(ran: Project) -> None:
    (ran.folder / "out.csv").write_text("mine")
    done = ran.run("export", "1", "clean", "out.csv")
    assert done.code == 2
    assert "out.csv is there already: give --force to replace it" in done.err
    assert (ran.folder / "out.csv").read_text() == "mine"
    assert ran.run("export", "1", "clean", "out.csv", "--force").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1",), "give a run, a path in it and a file"),
        (("1", "a", "b", "c"), "give a run, a path in it and a file"),
        (("1", "clean", "out.npy"), ".npy is no form for it; it can be written as .parquet, .csv"),
        (("1", "clean", "none/out.csv"), "there is no folder none: make it first"),
        (("7", "clean", "out.csv"), "there is no run 7"),
        (("1", "claen", "out.csv"), "did you mean clean?"),
        (("1", "split", "out.csv"), "export its elements one by one"),
    ],
)
def test_what_is_wrong_is_said(ran: Project, words: tuple[str, ...], said: str) -> None:
    done = ran.run("export", *words)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_result_of_several_has_to_be_named(project: Project) -> None:
    project.write(SOURCE.replace("return frame\n", "return frame, frame\n"))
    project.run("run", "FILE")
    done = project.run("export", "1", "out.csv")
    assert done.code == 2
    assert "run 1 gave a tuple of results: name a call of it" in done.err


def test_a_value_of_the_project_s_own_class_is_read_where_that_class_is(project: Project) -> None:
    project.write(
        """
class Model:
    def __init__(self): self.weight = 3
@task
def fit() -> Model: return Model()
@pipeline
def p(): return fit()
"""
    )
    assert project.run("run", "FILE").code == 0
    program = "import sys; from cuvee.cli import main; sys.exit(main())"
    words = ["export", "1", "fit", "model.pickle"]
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, *words],
        cwd=project.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert pickle.loads((project.folder / "model.pickle").read_bytes()).weight == 3
