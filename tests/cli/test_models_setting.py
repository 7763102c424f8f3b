"""How models are kept, as a setting: in this process, in the pool, verified, and where skops is missing."""

from __future__ import annotations

import importlib.util

import pytest
from cli_project import Project

FLOW = """
import numpy as np
from sklearn.linear_model import LinearRegression

@task
def train(n: int) -> LinearRegression:
    return LinearRegression().fit(np.arange(n).reshape(-1, 1), np.arange(n))

@task
def predict(model: LinearRegression) -> float:
    return round(float(model.predict([[3.0]])[0]), 6)

@pipeline
def main(n: int = 5):
    return predict(train(n))
"""


@pytest.mark.parametrize("executor", ["in-process", "pool"])
def test_a_model_is_kept_as_the_project_says(project: Project, executor: str) -> None:
    project.write(FLOW)
    assert project.run("run", "FILE", "--executor", executor).code == 0
    assert "(pickled)" in project.run("show", "1", "train").out

    chosen = project.run("run", "FILE", "--executor", executor, "--models", "skops", "--n", "6", "--json")
    assert chosen.json["result"] == 3.0
    shown = project.run("show", "2", "train").out
    assert "sklearn.linear_model" in shown
    assert "pickled" not in shown

    again = project.run("run", "FILE", "--n", "6", "--json")  # however it is kept, it is a result
    assert {call["decision"] for call in again.json["calls"]} == {"reused"}


def test_what_was_kept_by_skops_is_verified_by_skops(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(FLOW)
    monkeypatch.setenv("CUVEE_MODELS", "skops")
    assert project.run("run", "FILE").code == 0
    assert project.run("verify", "1").out.splitlines()[-1] == "Deterministic, 2 of 2: run 1."


def test_without_skops_it_is_said_before_anything_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(FLOW)
    there = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "skops" else there(name, *more)
    )
    refused = project.run("run", "FILE", "--models", "skops")
    assert refused.code == 2
    assert "pip install 'cuvee[skops]'" in refused.err
    assert project.run("runs", "--json").json["runs"] == []
