"""A model's profile tells its parameters, what it learned and what it makes of its features."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cuvee.model.profile import Profile
from cuvee.profiles.describing import describe, has_profile

X = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 3)), columns=["a", "b", "c"])
Y = X["a"] * 3 - X["c"]


def profile_of(model: object) -> Profile:
    return describe(model, str)


def test_parameters_shapes_and_coefficients() -> None:
    profile = profile_of(LinearRegression().fit(X, Y))
    assert (profile.kind, profile.type) == ("model", "sklearn.linear_model.LinearRegression")
    assert ("fit_intercept", "True") in profile.parameters
    assert "fit_intercept" in profile.defaults
    assert ("coef_", "float64 3") in profile.fitted
    assert [(weight.name, round(weight.value, 6)) for weight in profile.weights] == [
        ("a", 3.0),
        ("c", -1.0),
        ("b", 0.0),
    ]


def test_parameters_that_were_set_are_told_apart() -> None:
    profile = profile_of(RandomForestRegressor(max_depth=3, n_estimators=100))
    assert set(dict(profile.parameters)) - set(profile.defaults) == {"max_depth"}


def test_importances_are_named_by_feature() -> None:
    forest = RandomForestRegressor(n_estimators=3, random_state=1).fit(X, Y)
    assert profile_of(forest).weights[0].name == "a"
    unnamed = RandomForestRegressor(n_estimators=3, random_state=1).fit(X.to_numpy(), Y)
    assert profile_of(unnamed).weights[0].name == "feature 0"


@pytest.mark.parametrize(
    "model",
    [
        RandomForestRegressor(),
        LogisticRegression(C=0.5).fit(X, np.arange(60) % 3),
        make_pipeline(StandardScaler(), LinearRegression()).fit(X, Y),
        PCA(2).fit(X),
        KNeighborsClassifier().fit(X, np.arange(60) % 2),
    ],
    ids=lambda model: type(model).__name__,
)
def test_every_model_has_a_profile_fitted_or_not(model: object) -> None:
    profile = profile_of(model)
    assert profile.problem == ""
    assert profile.parameters
    assert has_profile(model)


def test_the_steps_of_a_pipeline_are_told_by_name() -> None:
    profile = profile_of(make_pipeline(StandardScaler(), LinearRegression()))
    assert (
        "steps",
        "standardscaler: StandardScaler, linearregression: LinearRegression",
    ) in profile.parameters


def test_a_secret_parameter_is_hidden() -> None:
    class Remote(LinearRegression):
        def __init__(self, token: str = "") -> None:
            self.token = token
            super().__init__()

    profile = describe(Remote("hunter2"), lambda text: text.replace("hunter2", "***"))
    assert dict(profile.parameters)["token"] == "'***'"


def test_plain_values_have_none() -> None:
    assert not any(map(has_profile, (1, "a", [1.0], {"a": 1}, object(), None, print)))
