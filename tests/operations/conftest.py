"""A project in a temporary folder: write its modules, import them afresh, run what is in them."""

from __future__ import annotations

import importlib
import itertools
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from cuvee.api.run import Run
from cuvee.model.event import Event
from cuvee.model.plan import Plan
from cuvee.operations.overrides import Overrides
from cuvee.operations.plan import plan
from cuvee.operations.run import run
from cuvee.operations.session import Session
from cuvee.perform import late_imports
from cuvee.project import snapshot
from cuvee.wiring import open_session

_numbers = itertools.count()


class Project:
    """One module, `name`, that is written and loaded again as often as a test likes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = f"project_{next(_numbers)}"
        self.session: Session = open_session(root)
        self.events: list[Event] = []
        self.module: Any = None

    def write(self, text: str) -> Any:
        """The module with this source, loaded as a fresh process would."""
        source = textwrap.dedent(text)
        (self.root / f"{self.name}.py").write_text("from cuvee import *\n" + source)
        sys.modules.pop(self.name, None)
        importlib.invalidate_caches()
        self.module = importlib.import_module(self.name)
        return self.module

    def run(self, name: str = "main", *, overrides: Overrides | None = None, **arguments: Any) -> Run[Any]:
        """Run what has that name; whatever became of it."""
        self.events.clear()
        runnable = getattr(self.module, name)
        record = run(self.session, runnable, arguments, overrides=overrides, observe=self.events.append)
        return Run(self.session, record)

    def plan(self, name: str = "main", **arguments: Any) -> Plan:
        return plan(self.session, getattr(self.module, name), arguments)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delenv("CUVEE_HOME", raising=False)
    # One call after another, in a fixed order, whatever the machine and whoever starts the tests.
    monkeypatch.setenv("CUVEE_EXECUTOR", "in-process")
    project = Project(tmp_path)
    yield project
    project.session.close()
    sys.modules.pop(project.name, None)


def decisions(run: Run[Any]) -> dict[str, str | None]:
    return {call.path: call.decision or call.status for call in run.calls}


@pytest.fixture(autouse=True)
def no_late_imports(monkeypatch):
    """What calls of other tests have imported in this process is nothing that those of this one depend on."""
    monkeypatch.setattr(late_imports, "_imported", ())


@pytest.fixture
def results_only(monkeypatch):
    """Of the project's source nothing is kept: what is counted, or damaged, are results."""
    monkeypatch.setattr(snapshot, "_walk", lambda *_: iter(()))
