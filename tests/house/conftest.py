from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@cache
def house() -> grimp.ImportGraph:
    """Which module imports which, imports inside functions included, imports for types alone not."""
    return grimp.build_graph(
        "cuvee", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


@pytest.fixture(scope="session")
def imports() -> dict[str, set[str]]:
    """For each module of ours, what it imports."""
    graph = house()
    ours = {module for module in graph.modules if module.partition(".")[0] == "cuvee"}
    return {module: graph.find_modules_directly_imported_by(module) for module in ours}


@pytest.fixture(scope="session")
def python() -> str:
    return sys.executable
