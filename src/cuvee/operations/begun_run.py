"""A run that has begun: it is on record, and all that performs its calls is there.

Knows nothing of tracing, nor of how a run ends.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cuvee.engine.driver import Driver
from cuvee.engine.elsewhere import LONG, Elsewhere
from cuvee.engine.journal import Journal
from cuvee.engine.lookup import Lookup
from cuvee.model.event import CallEnded, CallLogged, RunBegan, Warned
from cuvee.model.graph import Node
from cuvee.model.record import CallRecord, Mixed, RunStart
from cuvee.operations.admission import Admission
from cuvee.operations.closing_warnings import ClosingWarnings
from cuvee.operations.given_values import values_to_keep
from cuvee.operations.kept_source import KeptSource
from cuvee.operations.observations import RunObservations
from cuvee.operations.preparation import Preparation
from cuvee.perform.interrupts import Interrupts

if TYPE_CHECKING:
    from cuvee.ports.observer import Observer


class BegunRun:
    """A run from its beginning until it is closed. `tell` is told of what happens; of each call only with
    `tell_calls`. A run that is `mixed` of two others waits for every call that another one computes."""

    def __init__(
        self,
        prepared: Preparation,
        lookup: Lookup,
        start: RunStart,
        interrupts: Interrupts,
        observations: RunObservations,
        tell: Observer,
        *,
        tell_calls: bool,
    ) -> None:
        self._prepared = prepared
        self._lookup = lookup
        self._tell = tell
        self._tell_calls = tell_calls
        self.closing = ClosingWarnings(lookup)
        session = self._session = prepared.session
        # Before anything is on record: it refuses settings that ask for what is not installed.
        self.executor = session.make_executor(
            prepared.code, self._hear, interrupts, self.note, prepared.sources
        )
        self._given = {each.artifact.digest for each in start.parameters if each.artifact}
        self.number = session.ledger.begin(start)
        prepared.loaded.settle()
        # Asked now and heard at the end: it answers while the calls run.
        self.git = functools.cache(session.start_git())
        self.source = KeptSource(session, self.number, self.note)
        self.scratch = session.home / "scratch" / str(self.number)
        tell(RunBegan(self.number, start.pipeline, start.parameters, start.swaps))
        session.blobs.forget_checks()
        self._claims = session.make_claims()
        self._beginnings = session.beginnings_of(self.number)
        self._beginnings.forget()  # of a run that had this number in a store whose records were lost
        elsewhere = Elsewhere(self._claims, 0.0 if start.mixed else LONG)
        self._journal = self._make_journal(elsewhere)
        self.driver = self._make_driver(elsewhere, interrupts, observations)

    def _make_journal(self, elsewhere: Elsewhere) -> Journal:
        session, prepared = self._session, self._prepared
        return Journal(
            self.number,
            session.ledger,
            session.blobs,
            session.clock,
            self._ended,
            Admission(prepared.memo, prepared.scope, self._lookup, self.note).admit,
            sync=session.durability == "power",
            committed=elsewhere.committed,
        )

    def _make_driver(
        self, elsewhere: Elsewhere, interrupts: Interrupts, observations: RunObservations
    ) -> Driver:
        session, prepared = self._session, self._prepared
        return Driver(
            self.number,
            self._lookup,
            self._journal,
            self.executor,
            session.clock,
            self._tell,
            lambda artifact: prepared.explode(artifact, self.scratch),
            lambda artifact, names: prepared.narrow(artifact, names, self.scratch),
            str(self.scratch),
            "" if session.durability == "power" else session.boot,
            lambda: interrupts.requested,
            observations.of_calls,
            elsewhere,
            self._beginnings,
            session.fail_fast,
            prepared.fit,
            tell_calls=self._tell_calls,
        )

    def add(self, nodes: Sequence[Node]) -> None:
        """The graph has grown by these, checked. What they are given goes on record where no text tells it
        whole."""
        given = {artifact.digest: artifact for artifact in values_to_keep(nodes)}
        new = [artifact for digest, artifact in given.items() if digest not in self._given]
        if new:
            self._given.update(given)
            self._session.ledger.keep_given(self.number, new)
        self.driver.add(nodes)

    def note(self, text: str) -> None:
        """Tell of something that may be wrong."""
        self._tell(Warned(text))

    def close(self) -> None:
        """Give back what performs the calls. What is not on record by now never will be."""
        self._journal.abandon()
        self.git()
        self.executor.close()
        self._claims.close()
        self._beginnings.forget()
        if self.scratch.exists():
            import shutil  # 3 ms, and most runs make none

            shutil.rmtree(self.scratch)

    # What the engine is given.

    def _ended(self, call: CallRecord) -> None:
        """A call has come to its end, and that is on record."""
        self.closing.heed(call)
        self.source.keep_if_taken()
        if self._tell_calls:
            self._tell(CallEnded(call))

    def _hear(self, path: str, stream: Any, text: str) -> None:
        self._tell(CallLogged(path, stream, text))


def start_of(prepared: Preparation, target: str, mixed: Mixed | None) -> RunStart:
    """What goes on record of a run as it begins."""
    session = prepared.session
    return RunStart(
        prepared.runnable.name,
        target,
        session.clock.now(),
        prepared.argued(),
        session.versions(),
        os.uname().nodename,
        os.getpid(),
        session.lifetime,
        prepared.seed,
        prepared.swaps.told,
        prepared.overrides.texts,
        mixed,
    )
