"""Who watches a run."""

from __future__ import annotations

from typing import Protocol

from cuvee.model.event import Event


class Observer(Protocol):
    def __call__(self, event: Event) -> None:
        """Take note; never raise, never block for long."""
        ...
