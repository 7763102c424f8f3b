"""Closing warnings: what is said of a run's calls when it has come to its end, each thing once."""

from __future__ import annotations

from collections.abc import Iterator

from cuvee.engine.lookup import Lookup
from cuvee.engine.warnings import unseeded_text
from cuvee.model.decision import ReasonCode
from cuvee.model.record import CallRecord

_NEW_CODE = frozenset({ReasonCode.FIRST_RUN.value, ReasonCode.CODE_CHANGED.value})


class ClosingWarnings:
    """Is told of each call as it ends."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._new: dict[str, CallRecord] = {}
        self._texts: dict[str, None] = {}

    def heed(self, call: CallRecord) -> None:
        """A call has come to its end."""
        if call.reason_code in _NEW_CODE:
            self._new.setdefault(call.task, call)
        if call.mutated or call.shared:
            self._texts.update(dict.fromkeys(call.warnings))

    def texts(self) -> Iterator[str]:
        """First of tasks that were new, or whose code was, and that draw from what no seed reaches."""
        for call in self._new.values():
            ledger = self._lookup.ledger(call.components[1].digest) if call.components else None
            if ledger is not None and ledger.unseeded:
                yield unseeded_text(call.task.rpartition(":")[2], ledger.unseeded)
        yield from self._texts
