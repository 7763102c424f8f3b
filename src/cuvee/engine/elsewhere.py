"""Elsewhere: calls that another run on the same store computes now, waited for instead of run twice.

Only what takes long is claimed, so that a short call costs nothing more. A claim is dropped when
its result is committed, so whoever gets it after that finds the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cuvee.engine.lookup import Decided
from cuvee.model.digest import Digest

if TYPE_CHECKING:
    from cuvee.ports.claims import Claims

# A call that takes this long, or nobody knows how long, is claimed.
LONG = 0.050
_LOOK_AGAIN = 0.050


class Elsewhere:
    """The claims of one run, and its calls that are `waiting` for those of others. What takes `least` seconds
    is claimed, and that of which nobody knows."""

    def __init__(self, claims: Claims, least: float = LONG) -> None:
        self._claims = claims
        self._least = least
        self._held: set[Digest] = set()
        self._ended: list[Digest] = []
        self.waiting: dict[int, Decided] = {}
        self._next_look = 0.0

    def claims(self, work: Decided, expected: float | None) -> bool:
        """Whether the call is one that is claimed before it runs."""
        return work.keep and (expected is None or expected >= self._least)

    def holds(self, work: Decided) -> bool:
        """Whether its claim is this run's already."""
        return work.key.digest in self._held

    def take(self, work: Decided, now: float) -> bool:
        """Claim the call; if another run has it, False, and it is waited for."""
        if self._claims.take(work.key.digest):
            self._held.add(work.key.digest)
            return True
        if not self.waiting:
            self._next_look = now + _LOOK_AGAIN
        self.waiting[work.call.id] = work
        return False

    def due(self, now: float) -> list[Decided]:
        """Calls that were waited for and are claimed by this run now: their results may be there."""
        if not self.waiting or now < self._next_look:
            return []
        self._next_look = now + _LOOK_AGAIN
        taken = [work for work in self.waiting.values() if self._claims.take(work.key.digest)]
        for work in taken:
            self._held.add(work.key.digest)
            del self.waiting[work.call.id]
        return taken

    def patience(self, now: float) -> float | None:
        """For how many seconds there is no need to look again; None if nothing is waited for."""
        return max(0.0, self._next_look - now) if self.waiting else None

    def ended(self, work: Decided) -> None:
        """The call has come to its end: with the next commit its claim is dropped."""
        if work.key.digest in self._held:
            self._ended.append(work.key.digest)

    def committed(self) -> None:
        """What has ended is on record."""
        for key in self._ended:
            self._held.discard(key)
            self._claims.drop(key)
        self._ended.clear()
