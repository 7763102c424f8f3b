"""The source that a run began with, put on record once it is in the store."""

from __future__ import annotations

from collections.abc import Callable

from cuvee.errors import StoreFault
from cuvee.operations.session import Session


class KeptSource:
    """Taking it begins when this is made; `note` is told where it cannot be kept."""

    def __init__(self, session: Session, run: int, note: Callable[[str], None]) -> None:
        self._session = session
        self._run = run
        self._note = note
        self._taking = session.start_snapshot()
        self._kept = False

    def keep_if_taken(self) -> None:
        """Put it on record, if that needs no waiting."""
        if not self._kept and self._taking.done:
            self.keep()

    def keep(self) -> None:
        """Put it on record, once. That it cannot be kept is told, and is no reason to fail."""
        if self._kept:
            return
        self._kept = True
        try:
            snapshot = self._taking.collect()
            if self._session.durability == "power":
                self._session.blobs.sync()
        except StoreFault as fault:
            self._note(f"the project's source could not be kept with this run: {fault}")
            return
        self._session.ledger.keep_snapshot(self._run, snapshot)
