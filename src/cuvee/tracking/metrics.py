"""A run's metrics as people see them, out of what its calls logged. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cuvee.model.entry import Metric


def standing(metrics: Sequence[Metric]) -> dict[str, int]:
    """For each name that a call logged, where in `metrics` the value is that stands at its end.

    A value takes the place of the one logged before it, unless both have steps and its own is smaller.
    """
    last: dict[str, int] = {}
    steps: dict[str, int] = {}
    for index, metric in enumerate(metrics):
        step = metric.step
        highest = steps.get(metric.name)
        if step is not None and highest is not None and step < highest:
            continue
        last[metric.name] = index
        if step is not None:
            steps[metric.name] = step
    return last


def run_metrics(values: Iterable[tuple[str, str, float]]) -> tuple[tuple[str, float], ...]:
    """Names and values of a run from its calls' standing metrics: (path, name, value), in order.

    A name that several calls logged becomes `path.name` for each of them.
    """
    known = list(values)
    calls = Counter(name for _, name, _ in known)
    return tuple((name if calls[name] == 1 else f"{path}.{name}", value) for path, name, value in known)
