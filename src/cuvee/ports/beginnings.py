"""Beginnings: which calls a run has begun, for whoever asks when it has died in the middle of them."""

from __future__ import annotations

from typing import Protocol


class Beginnings(Protocol):
    """Those of one run. That a call has come to its end is on record, and not noted here."""

    def note(self, position: int, path: str) -> None:
        """The call at this place in the order of tracing is about to begin. Raises StoreFault."""
        ...

    def noted(self) -> list[str]:
        """The paths of all that were, in the order of tracing."""
        ...

    def forget(self) -> None:
        """There are none: the run begins, or is over and all is on record."""
        ...
