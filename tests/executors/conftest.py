"""A pool of two workers in a project of its own."""

from __future__ import annotations

import pytest
from made_executors import make_pool


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def pool(home):
    executor = make_pool(home, lambda *line: None)
    yield executor
    executor.close()
