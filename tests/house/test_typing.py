"""What type checkers make of a user's file: which lines they accept, and which they refuse by which rule."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SAMPLE = Path(__file__).with_name("typing_sample.py")
_REFUSED = re.compile(r"# refused: (?P<mypy>[\w-]+), (?P<pyright>\w+)$")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample in a folder of its own, as a user has it: outside of our configuration."""
    return Path(shutil.copy(SAMPLE, tmp_path / "sample.py"))


def expected(checker: str) -> dict[int, str]:
    """The rule by which each line has to be refused, by its number."""
    lines = SAMPLE.read_text().splitlines()
    matches = {number: _REFUSED.search(line) for number, line in enumerate(lines, 1)}
    refused = {number: match[checker] for number, match in matches.items() if match}
    assert len(refused) > 20
    return refused


def test_mypy_knows_the_types(sample: Path, python: str) -> None:
    command = [python, "-m", "mypy", "--strict", "--no-incremental", "--output", "json", sample.name]
    said = subprocess.run(command, cwd=sample.parent, capture_output=True, text=True)
    found = [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]
    errors = {item["line"]: item["code"] for item in found if item["severity"] == "error"}
    assert errors == expected("mypy"), said.stdout + said.stderr


def test_pyright_knows_the_types(sample: Path, python: str) -> None:
    (sample.parent / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}')
    command = [python, "-m", "basedpyright", "--outputjson", "--pythonpath", python, "-p", "."]
    said = subprocess.run(command, cwd=sample.parent, capture_output=True, text=True)
    found = json.loads(said.stdout)["generalDiagnostics"]
    errors = {
        item["range"]["start"]["line"] + 1: item["rule"] for item in found if item["severity"] == "error"
    }
    assert errors == expected("pyright"), said.stdout + said.stderr
