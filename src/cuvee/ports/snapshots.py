"""Snapshots: the project's source, kept beside a run that begins."""

from __future__ import annotations

from typing import Protocol

from cuvee.model.snapshot import Snapshot


class Taking(Protocol):
    """A snapshot that is being taken while a run goes on."""

    @property
    def done(self) -> bool:
        """Whether `collect` need not wait."""
        ...

    def collect(self) -> Snapshot:
        """The snapshot, its blobs in the store; waits for it. Raises StoreFault if it cannot be kept."""
        ...
