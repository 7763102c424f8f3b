"""Claims: which keys are being computed now, by this run or by another on the same store."""

from __future__ import annotations

from typing import Protocol

from cuvee.model.digest import Digest


class Claims(Protocol):
    """A claim lasts until it is dropped, or until the process that holds it ends, however it ends."""

    def take(self, key: Digest) -> bool:
        """Whether the key is claimed by this object now: False if another holds it."""
        ...

    def drop(self, key: Digest) -> None:
        """Give a claim up; nothing happens if it is not held."""
        ...

    def close(self) -> None:
        """Give up all of them. Idempotent."""
        ...

    def sweep(self, *, dry_run: bool = False) -> int:
        """Take away what is left of claims whose holders have died; of how many. `dry_run` only counts."""
        ...
