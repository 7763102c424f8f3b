"""What models of scikit-learn are fitted to, and one of a project's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

RNG = np.random.default_rng(7)
FEATURES, TARGET = RNG.random((300, 5)), RNG.random(300)


class Mean(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    def fit(self, features: Any, target: Any) -> Mean:
        self.mean_ = target.mean()
        return self

    def predict(self, features: Any) -> Any:
        return np.full(len(features), self.mean_)
