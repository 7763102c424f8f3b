"""A model that a task fits again is its own business: only pickle keeps it, and each call reads its own."""

from __future__ import annotations

import warnings

import pytest
from sklearn.linear_model import LinearRegression

import cuvee
from cuvee import pipeline, task

Weights = list[float]

X = [[0.0], [1.0], [2.0]]
SHARED = LinearRegression().fit(X, [0.0, 1.0, 2.0])


@task
def train(slope: float) -> LinearRegression:
    return LinearRegression().fit(X, [slope * each[0] for each in X])


@task
def refit(model: LinearRegression, slope: float) -> float:
    return float(model.fit(X, [slope * each[0] for each in X]).coef_[0])


@task
def weight(model: LinearRegression, after: float = 0.0) -> float:
    return float(model.coef_[0])


@task
def weights(models: list[LinearRegression], after: float = 0.0) -> Weights:
    return [float(model.coef_[0]) for model in models]


@task
def refit_global(slope: float) -> float:
    return float(SHARED.fit(X, [slope * each[0] for each in X]).coef_[0])


@task
def weight_of_global() -> float:
    return float(SHARED.coef_[0])


@pytest.fixture(autouse=True)
def shared() -> None:
    SHARED.fit(X, [0.0, 1.0, 2.0])


@pipeline
def made(slope: float = 2.0) -> tuple[float, float, float]:
    model = train(slope)
    again = refit(model, 5.0)
    return again, weight(model, again), refit(model, 7.0)


def test_who_takes_a_model_that_another_has_fitted_again_gets_it_as_it_was_made() -> None:
    run = made.run()
    assert run.result == pytest.approx((5.0, 2.0, 7.0))
    assert run["train"].output.coef_[0] == pytest.approx(2.0)
    assert {call.decision for call in made.run()} == {"reused"}


@pipeline
def given() -> tuple[float, float, Weights]:
    again = refit(SHARED, 5.0)
    return again, weight(SHARED, again), weights([SHARED, SHARED], again)


def test_a_global_model_that_is_handed_to_tasks_stays_as_it_is() -> None:
    run = given.run()
    assert run.result[:2] == pytest.approx((5.0, 1.0))
    assert run.result[2] == pytest.approx([1.0, 1.0])
    assert SHARED.coef_[0] == pytest.approx(1.0)
    assert {call.decision for call in given.run()} == {"reused"}


@pipeline
def reached() -> tuple[float, float]:
    return refit_global(5.0), weight_of_global()


def test_a_global_model_that_a_task_fits_by_itself_is_named_and_what_reached_it_is_not_kept() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        reached.run()
    assert any("SHARED" in str(each.message) for each in told), [str(each.message) for each in told]
    SHARED.fit(X, [0.0, 1.0, 2.0])
    assert weight_of_global.run().result == pytest.approx(1.0)
    assert cuvee.runs()
