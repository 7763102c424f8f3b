"""The recorder: metrics and figures that a call logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from cuvee.model.artifact import Artifact
from cuvee.model.entry import Figure, Metric
from cuvee.perform.redaction import Redactor


class CallRecorder(Struct):
    """What `ports.current.recorder` points to while a call runs. `keep_picture` stores a figure."""

    keep_picture: Callable[[Any], Artifact]
    redactor: Redactor
    metrics: list[Metric] = []
    figures: list[Figure] = []

    def metric(self, name: str, value: float, step: int | None) -> None:
        self.metrics.append(Metric(self.redactor.text(name), value, step))

    def figure(self, name: str, figure: Any) -> None:
        self.figures.append(Figure(self.redactor.text(name), self.keep_picture(figure)))
