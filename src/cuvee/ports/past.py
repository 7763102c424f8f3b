"""Past code: the source of an earlier run, loaded where nothing of today's is."""

from __future__ import annotations

from typing import Protocol

from cuvee.model.artifact import Artifact
from cuvee.model.past import PastTask


class PastCode(Protocol):
    """Answers for what is loaded there. It performs no call."""

    def describe(self, file: str, module: str, qualname: str) -> PastTask:
        """The task of that name, in the file (from the root of the source; "" where only the module is
        known). Raises TargetError if there is none, or it cannot be imported."""
        ...

    def fitted(self, artifact: Artifact) -> Artifact:
        """The artifact as it is with the classes that are loaded there: itself, or what its classes say
        that it becomes. Raises CannotDecode where they do not say."""
        ...

    def close(self) -> None:
        """Nothing is loaded any more."""
        ...
