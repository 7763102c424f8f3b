"""What starting must not load. Times are measured in benchmarks/; here it is the cause that is tested."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cuvee.cli.commands import COMMANDS

HEAVY = {
    "apsw", "asyncio", "beartype", "blake3", "cloudpickle", "joblib", "matplotlib", "msgspec", "numpy",
    "pandas", "psycopg", "pyarrow", "rich", "scipy", "sklearn", "sqlite3", "typeguard",
}  # fmt: skip

# What the standard library has of some weight, which decorating a function can do without.
WEIGHTY = {"ast", "dataclasses", "importlib.metadata", "inspect", "json", "logging", "pathlib", "subprocess"}

HELP = """
import sys
from cuvee.cli import main
sys.argv = ["cuvee", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


def modules_after(python: str, code: str) -> set[str]:
    """The modules that a new process has loaded when it has run this, over those of an empty program."""
    report = "import sys; print('\\n', *sys.modules, file=sys.stderr)"
    empty, full = (
        subprocess.run([python, "-c", f"{text}\n{report}"], capture_output=True, text=True, check=True)
        for text in ("", code)
    )
    return set(full.stderr.split()) - set(empty.stderr.split())


def test_importing_loads_next_to_nothing(python: str) -> None:
    loaded = modules_after(python, "import cuvee")
    assert {name for name in loaded if name.startswith("cuvee")} == {"cuvee"}


@pytest.mark.parametrize(
    "code",
    [
        "from cuvee import task, pipeline",
        "from cuvee import File, Secret, log_figure, log_metric, pipeline, result, task\n"
        "@task\ndef one(a: int) -> int: return a\n@pipeline\ndef all(): return one(1)\nall()",
    ],
    ids=["importing", "decorating and calling"],
)
def test_authoring_loads_neither_libraries_nor_the_engine(code: str, python: str) -> None:
    loaded = modules_after(python, code)
    assert loaded & (HEAVY | WEIGHTY) == set()
    ours = {name for name in loaded if name.startswith("cuvee.")} - {
        "cuvee.codecs",
        "cuvee.codecs.module_name",
    }
    parts = {name.split(".")[1] for name in ours}
    assert parts <= {"authoring", "codecs", "errors", "model", "ports"}


def test_help_loads_click_and_nothing_else_of_weight(python: str) -> None:
    loaded = modules_after(python, HELP)
    assert "click" in loaded
    assert loaded & HEAVY == set()
    ours = {name for name in loaded if name.startswith("cuvee.")}
    assert {name.split(".")[1] for name in ours} <= {"cli", "errors"}
    assert ours & {f"cuvee.cli.{command}" for command in COMMANDS} == set()


# What few runs need: to plan, to compare, to bring back, to look at; and what takes its time to import.
ON_USE = {
    "cloudpickle", "dataclasses", "difflib", "dis", "inspect", "logging", "pickle", "random", "selectors",
    "shutil", "subprocess", "tempfile", "typing_extensions",
    "cuvee.authoring.task_options", "cuvee.operations.how",
    "cuvee.codecs.pickling", "cuvee.compare.ledgers", "cuvee.contracts.edges", "cuvee.executors.pool",
    "cuvee.fingerprint.volatile", "cuvee.operations.footing", "cuvee.operations.notebook",
    "cuvee.operations.references", "cuvee.operations.swaps", "cuvee.operations.values",
    "cuvee.perform.fitting", "cuvee.perform.pack", "cuvee.perform.unpack", "cuvee.perform.writing",
    "cuvee.profiles.describing", "cuvee.tracking.sqlite.footings", "cuvee.tracking.sqlite.inspection",
    "cuvee.tracking.sqlite.sweep",
}  # fmt: skip

# All operations that `.run` needs.
OPERATIONS = {
    "admission", "begun_run", "closing_warnings", "given_values", "kept_source", "liveness", "loaded",
    "observations", "overrides", "preparation", "refusals", "repeating", "result_items", "run", "session",
}  # fmt: skip

# What performs calls and keeps what they give: a run whose calls are all reused does neither.
PERFORMING = {
    "resource", "cuvee.perform.memory", "cuvee.perform.performer", "cuvee.perform.performer_on_store",
}  # fmt: skip

FIRST_RUN = """
from cuvee import pipeline, task
@task
def one(a: int) -> int: return a + 1
@task
def two(a: int) -> int: return a * 2
@pipeline
def both(a: int = 1) -> int: return two(one(a))
both.run()
"""


def test_the_first_run_of_a_process_loads_what_it_needs(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text(FIRST_RUN)
    for reused in (False, True):
        loaded = modules_after(python, "import program")
        assert loaded & (ON_USE | HEAVY) <= {"apsw", "blake3", "msgspec"}
        assert loaded & PERFORMING == (set() if reused else PERFORMING)
        ours = [name.split(".") for name in loaded if name.startswith("cuvee.")]
        assert {name for _, part, *inner in ours if part == "operations" for name in inner} == OPERATIONS
        assert {part for _, part, *_ in ours} & {"cli", "examples", "testing", "worker"} == set()
