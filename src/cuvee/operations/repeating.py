"""Repeating: a run whose calls are all those of an earlier one, each reused, is put on record as that.

Nothing is decided otherwise than call by call: whenever that is in doubt, the run goes the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cuvee.engine.driver import Driver
from cuvee.engine.frontier import PART
from cuvee.engine.lookup import Lookup
from cuvee.engine.repetition import fingerprint_graph
from cuvee.model.event import CallEnded
from cuvee.model.graph import Argument, Node, refs_of
from cuvee.operations.session import Session
from cuvee.ports.observer import Observer


class Repeating:
    """One run, begun and known whole before anything of it is done."""

    def __init__(self, session: Session, run: int, nodes: Sequence[Node], lookup: Lookup) -> None:
        self._session = session
        self._run = run
        self._nodes = nodes
        self._graph = fingerprint_graph(nodes, lookup) if nodes else None
        self._repeats = False

    def begin(self, driver: Driver, returned: Argument, stopped: Callable[[], bool]) -> bool:
        """Have the run repeat an earlier one, if it does, and is not `stopped` before that is clear.
        `returned` is what the pipeline returns."""
        if self._graph is None:
            return False
        session = self._session
        saved = session.ledger.repeat(self._run, self._graph, session.clock.now(), stopped)
        if saved is not None:
            self._repeats = True
            asked = {ref.node for ref in refs_of(returned)}
            driver.reused(self._nodes, saved, session.queries.results(self._run, asked))
        return self._repeats

    def tell(self, observe: Observer) -> None:
        """Tell of each call, as it is on record."""
        after: int | None = None
        while calls := self._session.queries.calls(self._run, after=after, limit=PART):
            for call in calls:
                observe(CallEnded(call))
            after = calls[-1].position

    def end(self) -> None:
        """The run has succeeded with calls of its own: later ones may repeat it."""
        if self._graph is not None and not self._repeats:
            self._session.ledger.keep_graph(self._run, self._graph)
