"""Admission: which results may be kept for reuse, when all that was read to make them is known."""

from __future__ import annotations

from collections.abc import Callable

from cuvee.engine.lookup import Lookup
from cuvee.fingerprint.code import changed_globals
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.model.entry import Entry
from cuvee.model.record import CallRecord


class Admission:
    """Of one run. `warn` is told, once, of each global that keeps results out."""

    def __init__(self, memo: Memo, scope: Scope, lookup: Lookup, warn: Callable[[str], None]) -> None:
        self._memo = memo
        self._scope = scope
        self._lookup = lookup
        self._warn = warn
        self._warned: set[str] = set()

    def admit(self, pairs: list[tuple[Entry, CallRecord]]) -> list[Entry]:
        """Which entries may be kept: not those of calls that reach a global that has changed since
        its value went into their keys."""
        changed = set(changed_globals(self._memo, self._scope))
        if not changed:
            return [entry for entry, _ in pairs]
        kept = []
        for entry, call in pairs:
            ledger = self._lookup.ledger(call.components[1].digest)
            reached = changed.intersection(item.name for item in ledger.items) if ledger else changed
            if not reached:
                kept.append(entry)
            for name in sorted(reached - self._warned):
                self._warned.add(name)
                self._warn(_changed_text(name))
        return kept


def _changed_text(name: str) -> str:
    return (
        f"global {name} changed while the run went on: results of calls that reach it are not kept for reuse"
    )
