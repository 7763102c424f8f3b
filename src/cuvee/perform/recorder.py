"""The recorder: metrics and figures that a call logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuvee.model.artifact import Artifact
from cuvee.model.entry import Figure, Metric
from cuvee.perform.redaction import Redactor


class CallRecorder:
    """What `ports.current.recorder` points to while a call runs. `keep_picture` stores a figure."""

    def __init__(self, keep_picture: Callable[[Any], Artifact], redactor: Redactor) -> None:
        self._redactor = redactor
        self.metrics: list[Metric] = []
        self.figures: list[Figure] = []
        self._keep_picture = keep_picture

    def metric(self, name: str, value: float, step: int | None) -> None:
        self.metrics.append(Metric(self._redactor.text(name), value, step))

    def figure(self, name: str, figure: Any) -> None:
        self.figures.append(Figure(self._redactor.text(name), self._keep_picture(figure)))
