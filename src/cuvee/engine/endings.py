"""Endings: what became of each node, put on record once and told to whoever keeps track of it."""

from __future__ import annotations

from collections.abc import Iterable

from cuvee.engine.frontier import Frontier
from cuvee.engine.journal import Journal
from cuvee.engine.rebuilder import OF_THIS_RUN
from cuvee.engine.records import given_record, node_record, reused_record
from cuvee.engine.unfinished import Unfinished
from cuvee.model.decision import Reason, ReasonCode, Reuse
from cuvee.model.entry import Entry
from cuvee.model.graph import Call, Node, Supplied
from cuvee.model.key import Key
from cuvee.model.order import Failure
from cuvee.model.record import CallRecord, CallStatus
from cuvee.ports.clock import Clock


class Endings:
    """The ends of one run's nodes. `saved` are the seconds that results on record have spared."""

    def __init__(
        self, run: int, journal: Journal, clock: Clock, unfinished: Unfinished, frontier: Frontier
    ) -> None:
        self.saved = 0.0
        self._run = run
        self._journal = journal
        self._clock = clock
        self._unfinished = unfinished
        self._frontier = frontier

    def reused(self, call: Call, key: Key, decision: Reuse, now: float) -> None:
        """The call's result was there."""
        entry = decision.entry
        self.saved += entry.seconds
        if entry.run == self._run:
            decision = Reuse(entry, OF_THIS_RUN)
        self.recorded(reused_record(call, key, decision, now))

    def given(self, call: Call, supplied: Supplied) -> None:
        """A result stands in for the call."""
        self.saved += supplied.seconds
        self.recorded(given_record(call, supplied, self._clock.now()))

    def failed(self, node: Node, kind: str, message: str) -> None:
        """What the node takes cannot be had."""
        failure = Failure(kind, message, f"{kind}: {message}\n")
        self.recorded(node_record(node, "failed", self._clock.now(), failure=failure))

    def skipped(self, node: Node, because: str) -> None:
        """The call at path `because` did not succeed."""
        reason = Reason(ReasonCode.UPSTREAM, f"{because} did not succeed")
        self.recorded(node_record(node, "skipped", self._clock.now(), reason=reason))

    def recorded(self, record: CallRecord, entry: Entry | None = None) -> None:
        """The node has this record; `entry` is what makes its result reusable."""
        self._unfinished.ended(record.position)
        self._frontier.ended()
        self._journal.note_call(record, entry)

    def give_up(self, status: CallStatus, why: str, never_added: Iterable[Node]) -> None:
        """All that have not come to an end have ended like this, nodes that were only traced too."""
        self._unfinished.add(never_added)
        reason = Reason(ReasonCode.UPSTREAM, why)
        for node in self._unfinished:
            self._journal.note_call(node_record(node, status, self._clock.now(), reason=reason))
        self._unfinished.clear()
        self._journal.commit()
