"""The metrics of two runs: which rose, which fell, and whether that is better."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from cuvee.model.difference import MetricDifference

# Only what is one or the other wherever it is used; of any other name nothing is claimed.
_LOW_IS_GOOD = frozenset({"rmse", "mse", "mae", "mape", "loss", "logloss", "error", "perplexity", "brier"})
_HIGH_IS_GOOD = frozenset({"r2", "accuracy", "auc", "f1", "precision", "recall", "iou", "map", "bleu", "roc"})


def metric_differences(
    a: Sequence[tuple[str, float]], b: Sequence[tuple[str, float]]
) -> tuple[MetricDifference, ...]:
    """Every metric of both, in the order of `b`, then those that only `a` has."""
    before, after = dict(a), dict(b)
    return tuple(
        MetricDifference(name, before.get(name), after.get(name), _is_better(name, before, after))
        for name in dict.fromkeys([*after, *before])
    )


def differs(metric: MetricDifference) -> bool:
    """Whether its two values are not the same; two that are no numbers are."""
    a, b = metric.a, metric.b
    if a is None or b is None:
        return a is not b
    return not (a == b or (math.isnan(a) and math.isnan(b)))


def _is_better(name: str, a: dict[str, float], b: dict[str, float]) -> bool | None:
    delta = b.get(name, math.nan) - a.get(name, math.nan)
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    low, high = bool(words & _LOW_IS_GOOD), bool(words & _HIGH_IS_GOOD)
    if math.isnan(delta) or delta == 0 or low == high:
        return None
    return (delta < 0) == low
