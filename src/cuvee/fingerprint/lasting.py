"""Lasting: what a run learns that stays so while the process lives. The next run begins with it.

What code objects do, what sources say, what is installed: of files, as long as nobody has touched them.
What things hold is no part of it: that counts as it is when a run begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cuvee.fingerprint.source import Sources

if TYPE_CHECKING:
    from cuvee.fingerprint.behaviour import Behaviour
    from cuvee.fingerprint.installed import Installed
    from cuvee.fingerprint.scope import Scope

Known = dict[int, tuple[object, "Behaviour"]]
"""What code objects and statements do, by their identity: they are held, so that nothing else can have it."""


class Lasting:
    """Of one project, for one run at a time."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.sources = Sources()
        self.behaviours: Known = {}
        self.places: dict[str, str] = {}
        self.inside: dict[str, tuple[object, str | None, bool]] = {}
        self.installed: Installed | None = None


_shelf: list[Lasting] = []


def take_lasting(scope: Scope) -> Lasting:
    """What the last run in this process has left, if it was of this project; nobody else has it then."""
    found = _shelf.pop() if _shelf else None
    return found if found is not None and found.scope == scope else Lasting(scope)


def leave_lasting(lasting: Lasting) -> None:
    """Leave it to the next run."""
    _shelf[:] = [lasting]
