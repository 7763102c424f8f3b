from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_project import Project
from distant import Distant

from cuvee.fingerprint.surroundings import module_files
from cuvee.operations import footing

_numbers = itertools.count(1)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUVEE_HOME", raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    # What a run stood on is looked through after it: not the tests' own modules, hundreds by now.
    own = str(tmp_path)
    monkeypatch.setattr(
        footing, "module_files", lambda: [file for file in module_files() if file.startswith(own)]
    )
    made = Project(tmp_path, f"cli_project_{next(_numbers)}")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    yield made
    sys.modules.pop(made.module, None)


@pytest.fixture
def distant(project: Project) -> Iterator[Distant]:
    made = Distant(project)
    made.run("run", "FILE")
    yield made
    for name in made.names:
        sys.modules.pop(name, None)
