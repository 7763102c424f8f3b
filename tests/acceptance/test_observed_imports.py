"""What modules ask of the world while they are imported, each run in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SETTINGS = """
import json, os, pathlib
import library

HERE = pathlib.Path(__file__).parent
library.configure(json.loads((HERE / "config.json").read_text())["factor"])
if os.environ.get("DOUBLE"):
    library.configure(library.factor * 2)
READ_BY_VALUE = (HERE / "value.txt").read_text()
"""
LIBRARY = "factor = 1\ndef configure(value):\n    global factor\n    factor = value\n"
FLOW = """
from cuvee import pipeline, task
import library
import settings

@task
def ask(x: int = 2) -> int:
    return x * library.factor

@task
def other(x: int = 2) -> int:
    return x + 1

@task
def by_value() -> str:
    return settings.READ_BY_VALUE

@pipeline
def main():
    return ask(), by_value()
"""


@pytest.fixture
def project(tmp_path):
    """A project, and a library that is installed beside it."""
    (tmp_path / "lib" / "site-packages").mkdir(parents=True)
    (tmp_path / "lib" / "site-packages" / "library.py").write_text(LIBRARY)
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    for name, text in {"settings.py": SETTINGS, "flow.py": FLOW, "value.txt": "1"}.items():
        (root / name).write_text(text)
    configure(root, 3)
    return root


def configure(root, factor):
    (root / "config.json").write_text(json.dumps({"factor": factor}))


def run(root, **variables):
    """Decision and reason of each call, and the result."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DOUBLE", "CUVEE_HOME")}
    path = [str(root.parent / "lib" / "site-packages"), *filter(None, [environment.get("PYTHONPATH")])]
    environment |= {"PYTHONPATH": os.pathsep.join(path), **variables}
    command = [sys.executable, "-m", "cuvee", "run", "flow.py", "--json"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    said = json.loads(done.stdout)
    calls = {call["path"]: (call["decision"], call["reason"]["text"]) for call in said["calls"]}
    return calls, said["result"]


def test_what_an_import_asks_counts_where_no_value_tells(project):
    assert run(project)[1] == [6, "1"]
    calls, _ = run(project)
    assert {decision for decision, _ in calls.values()} == {"reused"}
    configure(project, 5)
    calls, result = run(project)
    assert result == [10, "1"]
    assert calls["ask"][0] == "executed"
    assert "config.json (read while settings was imported)" in calls["ask"][1]
    calls, result = run(project, DOUBLE="1")
    assert result == [20, "1"]
    assert "DOUBLE (an environment variable, read while settings was imported)" in calls["ask"][1]
    configure(project, 3)
    calls, result = run(project)
    assert (calls["ask"][0], result) == ("reused", [6, "1"])


def test_what_a_value_tells_counts_by_the_value(project):
    run(project)
    (project / "value.txt").write_text("2")
    calls, result = run(project)
    assert result == [6, "2"]
    assert calls["by_value"][0] == "executed"
    assert "settings.READ_BY_VALUE" in calls["by_value"][1]


def test_a_module_that_asks_what_lies_outside_is_answered_for_by_the_task(project):
    text = SETTINGS + "\nimport subprocess\nsubprocess.run(['true'])\n"
    (project / "settings.py").write_text(text)
    run(project)
    calls, _ = run(project)
    assert calls["ask"] == (
        "executed",
        "while settings was imported it started a sub-process: true (settings.py:12)",
    )
    (project / "flow.py").write_text(FLOW.replace("@task\ndef ask", "@task(cache=True)\ndef ask"))
    run(project)
    assert run(project)[0]["ask"][0] == "reused"


def test_a_function_imported_by_its_own_name_is_watched(project):
    import pyarrow
    import pyarrow.parquet

    (project / "flow.py").write_text(
        "from cuvee import pipeline, task\nfrom polars import read_parquet\n"
        "@task\ndef ask() -> list:\n    return read_parquet('a.parquet')['a'].to_list()\n"
        "@pipeline\ndef main():\n    return ask()\n"
    )
    for values in ([1], [2], [1]):
        pyarrow.parquet.write_table(pyarrow.table({"a": values}), project / "a.parquet")
        assert run(project)[1] == values


READS_A_CONFIG = (
    "import decimal, json\n"
    "decimal.getcontext().prec = json.load(open('config.json'))['factor']\n"  # no global to tell of it
)
DIVIDES = """
import decimal
from cuvee import pipeline, task

@task
def third(x: int = 3) -> str:
    return str(decimal.Decimal(1) / x)
"""
RUNS = "from work import third\nfrom cuvee import pipeline\n@pipeline\ndef main():\n    return third()\n"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"work.py": DIVIDES, "flow.py": READS_A_CONFIG + RUNS}, id="by the script that runs"),
        pytest.param(
            {"work.py": DIVIDES, "flow.py": "import settings\n" + RUNS},
            id="by a module that no task leads to",
        ),
        pytest.param(
            {"work.py": "import importlib\nimportlib.import_module('settings')\n" + DIVIDES, "flow.py": RUNS},
            id="by a module that is imported by a call",
        ),
    ],
)
def test_what_sets_a_library_by_what_it_reads_counts_with_that(project, files):
    for name, text in {"settings.py": READS_A_CONFIG, **files}.items():
        (project / name).write_text(text)
    assert run(project)[1] == "0.333"
    configure(project, 5)
    calls, result = run(project)
    assert result == "0.33333"
    assert "config.json (read while " in calls["third"][1]
