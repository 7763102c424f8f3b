"""Projects written to disk, and what a fresh process makes of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from projects import Files, Job, Process, Told

_RUNNER = Path(__file__).with_name("runner.py")


@pytest.fixture(scope="session")
def in_process(tmp_path_factory: pytest.TempPathFactory) -> Process:
    """Writes the projects and fingerprints all of them in one fresh process: by name, what was told."""
    folder = tmp_path_factory.mktemp("projects")

    def run(jobs: list[Job], seed: int = 0) -> dict[str, Told]:
        orders = []
        for number, job in enumerate(jobs):
            root = folder / f"p{number}"
            _write(root, job.files)
            orders.append([job.name, str(root), job.module, job.prelude])
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, str(_RUNNER)],
            input=json.dumps(orders), capture_output=True, text=True, env=environment, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def _write(root: Path, files: Files) -> None:
    """Make the folder hold these files and nothing else; one that is as it should be is left alone."""
    root.mkdir(exist_ok=True)
    for old in sorted(root.rglob("*.py")):
        if str(old.relative_to(root)) not in files:
            old.unlink()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
