"""Environments: that of a call is that of its code and of what it is handed.

Calls of a task share one for each set of packages that their arguments are made with.
"""

from __future__ import annotations

from cuvee.fingerprint.environment import fingerprint_environment
from cuvee.fingerprint.memo import Memo
from cuvee.model.key import Component, Ledger

_NONE: frozenset[str] = frozenset()


class Environments:
    """The environments of one run's calls."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self._known: dict[tuple[bytes, frozenset[str]], Ledger] = {}
        self._fresh: list[Ledger] = []

    def of_call(self, code: Ledger, packages: frozenset[str] = _NONE) -> Ledger:
        """The environment that code reaches by name, with that of the packages that arguments are made
        with."""
        known = self._known.get((code.digest, packages))
        if known is None:
            names = [item.name for item in code.items if item.kind == "distribution"]
            names += [name for package in packages for name in self._memo.installed.owners(package)]
            known = self._known[code.digest, packages] = fingerprint_environment(names, self._memo)
            self._fresh.append(known)
        return known

    def take_fresh(self) -> list[Ledger]:
        """The environments that were first met since this was last asked."""
        fresh, self._fresh = self._fresh, []
        return fresh


def environment_component(environment: Ledger) -> Component:
    """What stands for an environment in a key."""
    return Component("environment", "", environment.digest)
