"""Profiles of runs: on record with the run, read without the value, made if need be when asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cuvee
from cuvee import Secret, pipeline, task


@task
def make(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"x": np.arange(rows) * 1.5, "name": ["a", "b"] * (rows // 2)})


@task
def halves(frame: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    return frame.head(2), frame["x"].to_numpy()


@task
def count(frame: pd.DataFrame) -> int:
    return len(frame)


@pipeline
def described(rows: int = 6):
    frame = make(rows)
    head, values = halves(frame)
    return count(frame), head, values


@task
def fetch(token: Secret) -> pd.DataFrame:
    return pd.DataFrame({"who": [f"user-{token.reveal()}"] * 20_000, "n": np.arange(20_000)})


@pipeline
def logged_in(token: Secret):
    return fetch(token)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CUVEE_HOME", str(tmp_path / "store"))
    return tmp_path / "store"


def test_a_profile_is_on_record_and_needs_no_value(home: Path) -> None:
    run = described.run(100_000)
    shutil.rmtree(home / "blobs")
    profile = run["make"].profile
    assert profile is not None
    assert profile.shape == (100_000, 2)
    assert (profile.columns[0].minimum, profile.columns[0].maximum) == (0.0, 149_998.5)
    assert repr(profile) == "<profile of pandas.DataFrame 100,000 × 2>"


def test_elements_have_profiles_of_their_own_and_plain_values_none() -> None:
    run = described.run()
    assert run["halves"].profile is None
    assert {name: profile.kind for name, profile in run["halves"].profiles.items()} == {
        "0": "frame",
        "1": "array",
    }
    assert run["count"].profile is None
    assert run["count"].profiles == {}


def test_a_reused_result_has_its_profile_too() -> None:
    first, second = described.run(), described.run()
    assert second["make"].decision == "reused"
    assert second["make"].profile == first["make"].profile


def test_a_profile_that_is_not_on_record_is_made_of_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    run = described.run(8)
    known = run["make"].profile
    monkeypatch.setattr("cuvee.tracking.sqlite.queries.SQLiteQueries.profile", lambda self, artifact: None)
    assert run["make"].profile == known


def test_what_can_no_longer_be_read_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = described.run(100_000)
    monkeypatch.setattr("cuvee.tracking.sqlite.queries.SQLiteQueries.profile", lambda self, artifact: None)
    shutil.rmtree(home / "blobs")
    profile = run["make"].profile
    assert profile is not None
    assert profile.problem.startswith("the value cannot be read: ")


def test_a_secret_never_shows_in_a_profile() -> None:
    # What goes to the database is looked through, and refused; the bytes of a long column are not.
    run = logged_in.run(Secret("hunter2"))
    profile = run["fetch"].profile
    assert profile is not None
    assert "hunter2" not in repr(profile.columns) + repr(profile.preview)


def test_a_notebook_shows_it_as_a_table() -> None:
    run = described.run()
    page = run["make"]._repr_html_()
    assert "<td>x</td><td>float64</td><td>0</td><td>0.0</td><td>7.5</td>" in page
    profile = run["make"].profile
    assert profile is not None
    assert profile._repr_html_() in page  # type: ignore[attr-defined]
    assert cuvee.load("@last", "make").shape == (6, 2)
