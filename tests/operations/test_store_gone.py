"""A store that is deleted while a process lives, as in a notebook, is made anew: no run is lost with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import cuvee
from cuvee import pipeline, task
from cuvee.operations.inspect import inspect
from cuvee.wiring import open_session


@task
def double(number: int) -> int:
    return 2 * number


@pipeline
def doubling(number: int = 3):
    return double(number)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CUVEE_HOME", str(tmp_path / "store"))
    return tmp_path / "store"


def replace(home: Path) -> None:
    """Another store under its name."""
    home.rename(home.with_name("other"))
    shutil.copytree(home.with_name("other"), home)


@pytest.mark.parametrize("harm", [shutil.rmtree, replace], ids=["deleted", "replaced"])
def test_the_next_run_is_on_record_in_the_store_that_is_there(home, harm) -> None:
    first = doubling.run()
    harm(home)
    again = doubling.run(number=5)
    assert again.result == 10
    assert cuvee.runs()[0].number == again.number
    session = open_session(Path(__file__).parent)
    try:
        assert session.queries.run(again.number).start.parameters[0].text == "5"
        assert not inspect(session, repair=False).problems
    finally:
        session.close()
    assert first.number == 1
