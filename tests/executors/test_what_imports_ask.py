"""A function that counts by what imports ask of the world is performed in fresh processes, too."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

import pytest
from made_executors import setup_of

from cuvee.executors.pool import PoolExecutor
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.process_code import ProcessCode
from cuvee.fingerprint.scope import Scope
from cuvee.perform.imports import imports, watching_imports
from cuvee.perform.interrupts import Interrupts
from cuvee.testing.executors import order, perform, value_of

MODULE = """\
import decimal
import os
from pathlib import Path

os.environ.setdefault("CUVEE_TEST_ASKED", "by itself")
decimal.getcontext().prec = int(Path(__file__).with_name("digits.txt").read_text())


def third():
    return f"{decimal.Decimal(1) / 3} {os.environ['CUVEE_TEST_ASKED']}"


def made():
    def inner():
        return str(decimal.Decimal(1) / 3)

    return inner
"""


@pytest.fixture
def module(home, tmp_path, monkeypatch):
    """A module that was imported while somebody watched, as `cuvee run` imports them."""
    name = f"asking_{os.getpid()}_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    (tmp_path / "digits.txt").write_text("3")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delenv("CUVEE_TEST_ASKED", raising=False)
    with watching_imports(tmp_path, home):
        yield __import__(name)
    sys.modules.pop(name, None)
    os.environ.pop("CUVEE_TEST_ASKED", None)


@pytest.fixture
def fresh(home, tmp_path, monkeypatch, module):
    """A pool whose workers import for themselves, beside code that knows what was asked here."""
    monkeypatch.setattr("cuvee.executors.pool.crew.has_threads", lambda: True)
    memo = Memo(asked_by=lambda asked: imports.asked_by(asked, tmp_path))
    code = ProcessCode(Scope(tmp_path, (home,)), memo)
    asked = [item.name for item in code.ledger(module.third).items if item.kind == "observed"]
    assert len(asked) == 2, "its file and its variable count"
    pool = PoolExecutor(1, setup_of(home), code, lambda *line: None, Interrupts(), lambda: nullcontext(True))
    yield pool
    pool.close()


def test_where_the_answers_are_the_same_it_is_performed(fresh, home, module):
    outcome = perform(fresh, order(home, module.third))
    assert outcome.failure is None
    assert value_of(home, outcome.artifact) == "0.333 by itself"


def test_where_an_answer_is_another_it_is_refused(fresh, home, module, tmp_path):
    (tmp_path / "digits.txt").write_text("5")
    outcome = perform(fresh, order(home, module.third))
    assert outcome.status == "refused"
    assert "is not what it is where the run is" in outcome.failure.message


def test_a_function_that_goes_by_value_finds_what_its_module_has_set(fresh, home, module):
    outcome = perform(fresh, order(home, module.made()))
    assert outcome.failure is None
    assert value_of(home, outcome.artifact) == "0.333"
