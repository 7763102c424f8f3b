"""The plugin for pytest: a store that lasts for one test. What it needs is loaded when a test asks for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def cuvee_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of the test's own, which all runs in it use; its folder. Nothing is reused from elsewhere.

    Calls run one after another in the process of the test (CUVEE_EXECUTOR=in-process).
    """
    home = tmp_path_factory.mktemp("cuvee") / "store"
    monkeypatch.setenv("CUVEE_HOME", str(home))
    monkeypatch.setenv("CUVEE_EXECUTOR", "in-process")
    yield home
    sessions = sys.modules.get("cuvee.api.sessions")
    if sessions is not None:  # else nothing was run
        sessions.close_sessions(home)
