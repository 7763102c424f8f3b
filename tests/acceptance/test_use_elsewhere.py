"""A result is used in another program, in another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

FLOW = """
    from models import Model
    from cuvee import log_metric, pipeline, task

    @task
    def fit(depth: int) -> Model:
        log_metric("rmse", 1 / depth)
        return Model(depth)

    @task
    def depth(model: Model) -> int:
        return model.depth

    @pipeline
    def main(depth: int = 1) -> Model:
        return fit(depth)

    if __name__ == "__main__":
        for depth in (1, 4, 2):
            main.run(depth)
"""
MODELS = """
    class Model:
        def __init__(self, depth):
            self.depth = depth
"""


def python(folder, *words, **variables):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("CUVEE_")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    project = tmp_path_factory.mktemp("project")
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (project / "models.py").write_text(textwrap.dedent(MODELS))
    (project / "flow.py").write_text(textwrap.dedent(FLOW))
    assert python(project, "flow.py").returncode == 0
    return project


def test_by_its_class_and_the_store(made, tmp_path):
    load = "import cuvee; print(cuvee.load('@best:rmse:min', 'fit').depth, cuvee.load('@last').depth)"
    done = python(tmp_path, "-c", load, CUVEE_HOME=str(made / ".cuvee"), PYTHONPATH=str(made))
    assert done.stdout == "4 2\n", done.stderr


def test_without_its_class_the_error_names_it(made, tmp_path):
    done = python(tmp_path, "-c", "import cuvee; cuvee.load(1, 'fit')", CUVEE_HOME=str(made / ".cuvee"))
    assert done.stderr.strip().endswith(
        "CannotDecode: the value was made with models:Model, which is not there now (No module named "
        "'models'): bring it back, have its folder on sys.path, or run again"
    )


def test_without_a_store_nothing_is_made(tmp_path):
    done = python(tmp_path, "-c", "import cuvee; cuvee.load('champion')")
    assert f"there is no store at {tmp_path / '.cuvee'}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_tag_that_has_moved_stands_for_another_result_the_next_time(made):
    """Though the words of the command are the same, and none of them says that it is a reference."""

    def cuvee(*words):
        done = python(made, "-m", "cuvee", *words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    command = ("run", "flow.py:depth", "--model", "champion")
    cuvee("tag", "1:fit", "champion")
    assert [cuvee(*command)["result"] for _ in range(3)] == [1, 1, 1]
    cuvee("tag", "2:fit", "champion")
    assert cuvee(*command)["result"] == 4
