"""Mixing: processes that make runs of a source tree which is not the project's own."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cuvee.model.mixture import MixtureDone, MixtureOrder


class Mixer(Protocol):
    """Makes runs of the source in one folder, each as a fresh process would."""

    def make(self, order: MixtureOrder) -> MixtureDone:
        """One run; returns when it is over, whatever came of it. Raises EnvironmentFault where no process
        can be started."""
        ...

    def close(self) -> None:
        """End the process. Idempotent."""
        ...


class StartMixer(Protocol):
    """Gives the mixer of a folder, where the process starts with the first order."""

    def __call__(self, folder: Path) -> Mixer: ...
