"""Run: trace, check, decide, perform, record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

import msgspec

from cuvee.authoring.runnable import Runnable
from cuvee.authoring.tracing import Tracer
from cuvee.engine.driver import Cancelled, Driver, Stopped
from cuvee.engine.lookup import Lookup
from cuvee.errors import CuveeError, InternalError
from cuvee.model.artifact import blobs_of
from cuvee.model.event import Event, RunEnded
from cuvee.model.graph import Argument, refs_of
from cuvee.model.order import Payload, artifacts_in
from cuvee.model.record import Mixed, ResultItem, RunEnd, RunRecord, RunStatus
from cuvee.operations.begun_run import BegunRun, start_of
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.observations import RunObservations
from cuvee.operations.preparation import BODY, BodyRaised, Preparation
from cuvee.operations.refusals import explained
from cuvee.operations.repeating import Repeating
from cuvee.operations.result_items import result_item
from cuvee.operations.session import Session
from cuvee.perform import observation
from cuvee.perform.imports import imports
from cuvee.perform.interrupts import Interrupts
from cuvee.ports import current
from cuvee.ports.room import with_room

if TYPE_CHECKING:
    from cuvee.operations.continuation import Continuing
    from cuvee.operations.footing import Ended
    from cuvee.operations.how import How
    from cuvee.ports.observer import Observer

_ABSENT = ResultItem(kind="absent")


class _BodyStopped(BaseException):
    """A `result()` waited for a call that failed: the body cannot go on. Not an Exception, so
    that no `except` in the body keeps it."""


def ignore(event: Event) -> None:
    """The observer of a run that nobody watches."""


def run(
    session: Session,
    runnable: Runnable[..., Any],
    arguments: Mapping[str, Any],
    *,
    target: str = "",
    observe: Observer = ignore,
    calls: bool = True,
    then: Callable[[Ended], None] | None = None,
    reuse: bool = True,
    continuation: Continuing | None = None,
    mixed: Mixed | None = None,
    **how: Unpack[How],
) -> RunRecord:
    """Run a pipeline or a single task; its record, whatever became of it.

    `arguments` are by parameter (a tuple for `*frames`, a dict for `**options`), and `How` tells what
    else can be said. Without `calls`, `observe` is not told of each call as it begins and ends. `then` is
    told what was met on the way, once the run has succeeded and is on record.
    Without `reuse` every call is performed, and what it gives is kept for this run alone. `continuation`:
    what is taken from an earlier run instead of being looked up or performed. A run that is `mixed` of two
    others waits for every call that another one computes, however short.

    Raises CheckError when something is wrong before anything ran, EnvironmentFault when disk or
    database failed. A task that fails, a body that raises and a cancelled run are in the record.
    """
    loaded = how["loaded"] = how.get("loaded") or LoadedValues(session)
    loaded.hold()  # arguments are put into the store before a record names them
    prepared: Preparation | None = None
    try:
        prepared = Preparation(session, runnable, arguments, reuse=reuse, **how)
        going = _Run(prepared, target or runnable.name, observe, continuation, mixed, calls=calls)
        record = with_room(going.go)
        if then is not None and record.status == "succeeded":
            then(going.ended(record))
        return record
    finally:
        loaded.settle()
        if prepared is not None:
            prepared.close()


class _Run:
    """One run, from trace to record. It begins on record when there is something to run."""

    def __init__(
        self,
        prepared: Preparation,
        target: str,
        observe: Observer,
        continuation: Continuing | None = None,
        mixed: Mixed | None = None,
        *,
        calls: bool = True,
    ) -> None:
        self._prepared = prepared
        self._continuation = continuation
        self._continued = 0
        self._mixed = mixed
        self._session = prepared.session
        self._target = target
        self._tell = observe
        self._tell_calls = calls and observe is not ignore
        self._interrupts = Interrupts()
        self._lookup: Lookup = prepared.lookup()
        self._tracer: Tracer = prepared.tracer(self._wait)
        self._begun: BegunRun | None = None
        self._handed_over = 0
        self._repeating: Repeating | None = None
        self.observations = RunObservations(self._session.root)
        self._since = self._session.clock.elapsed()

    def go(self) -> RunRecord:
        with self._interrupts.listening():
            try:
                return self._go()
            finally:
                if self._begun is not None:
                    self._begun.close()

    def ended(self, record: RunRecord) -> Ended:
        """The run with what was met on its way."""
        from cuvee.operations.footing import Ended  # only the command asks

        prepared = self._prepared
        return Ended(record, prepared.runnable, self._tracer.nodes, self.observations, prepared.memo)

    def _go(self) -> RunRecord:
        result, error = _ABSENT, ""
        status: RunStatus = "succeeded"
        try:
            with explained():
                returned = self._trace()
                if not self._repeats(returned):
                    self._hand_over()
                    self._driver.run_until()
                if self._driver.failed:
                    status = "failed"
                else:
                    result = self._driver.value(
                        returned, lambda payload: self._whole_result(returned, payload)
                    )
        except (Cancelled, KeyboardInterrupt):
            status = "cancelled"
            if self._begun is not None:
                self._begun.executor.cancel()
        except Stopped:
            status = self._stop()
        except _BodyStopped:
            status = self._finish_others()
        except BodyRaised as raised:
            status, error = "failed", str(raised)
        except Exception as fault:
            self._end_by(fault)
            raise
        return self._end(status, result, error)

    def _repeats(self, returned: Argument) -> bool:
        """Whether the calls of this run are all those of an earlier one, and on record as that."""
        whole = self._begun is None and self._continuation is None and self._mixed is None
        if not whole or self._prepared.fit is not None:
            return False
        live = self._live  # on record from here on, whatever may be wrong with its calls
        self._repeating = Repeating(self._session, live.number, self._tracer.nodes, self._lookup)
        repeats = self._repeating.begin(live.driver, returned, lambda: self._interrupts.requested)
        if repeats:
            self._handed_over = len(self._tracer.nodes)
        if self._interrupts.requested:
            raise Cancelled
        if not repeats:
            return False
        if self._tell_calls:
            self._repeating.tell(self._tell)
        return True

    def _whole_result(self, returned: Argument, payload: Payload) -> ResultItem:
        """The result, its bytes looked through. Raises DamagedBlob, and the driver has it made again."""
        for artifact in artifacts_in(payload):
            for blob in blobs_of(artifact):
                self._session.blobs.get(blob.digest).release()
        return result_item(returned, payload)

    def _end_by(self, fault: Exception) -> None:
        """Put on record, if it can be, that the run ended because of this."""
        if self._begun is None:
            return
        try:
            self._end("failed", _ABSENT, str(fault))
        except CuveeError as second:
            fault.add_note(f"That the run ended could not be recorded either: {second}")

    def _trace(self) -> Argument:
        token = current.trace.set(self._tracer)
        observer = observation.Observer(self._session.root, self._session.home, imports)
        try:
            with observer.ready(), observer.watching(*BODY), self._interrupts.user_code():
                returned = self._prepared.trace(self._tracer)
        finally:
            current.trace.reset(token)
            self.observations.traced = observer.findings()
        reference = self._tracer.returned(returned, self._prepared.runnable)
        if self._continuation is not None:
            self._continue()
            self._tracer.problems += self._continuation.problems()
        self._prepared.finish(self._tracer)
        return reference

    def _wait(self, argument: Argument) -> Any:
        """`result()` in the body: run what was traced so far as far as needed."""
        with self._interrupts.our_code():
            token = current.trace.set(None)
            try:
                self._hand_over()
                nodes = tuple(ref.node for ref in refs_of(argument))
                driver, scratch = self._driver, self._live.scratch / "body"
                driver.run_until(nodes)
                if any(driver.scheduler.why_failed(node) for node in nodes):
                    raise _BodyStopped
                return driver.value(argument, lambda payload: self._prepared.load(payload, scratch))
            finally:
                current.trace.reset(token)

    def _finish_others(self) -> RunStatus:
        """What does not depend on the call that stopped the body still runs."""
        try:
            with explained():
                self._driver.run_until()
        except (Cancelled, KeyboardInterrupt):
            self._live.executor.cancel()
            return "cancelled"
        except Stopped:
            return self._stop()
        except Exception as fault:
            self._end_by(fault)
            raise
        return "failed"

    def _stop(self) -> RunStatus:
        """End what is under way, because a call failed."""
        self._live.executor.cancel()
        only_traced = self._tracer.nodes[self._handed_over :]
        self._driver.give_up("cancelled", "another call failed, and the run was to end at that", only_traced)
        return "failed"

    def _hand_over(self) -> None:
        """Give the driver what has been traced since the last time."""
        self._continue()
        nodes = self._tracer.nodes[self._handed_over :]
        self._handed_over = len(self._tracer.nodes)
        self._live.add(nodes)

    def _continue(self) -> None:
        """Of what has been traced since the last time, have that taken from the earlier run which is."""
        nodes, continuation = self._tracer.nodes, self._continuation
        if continuation is not None:
            new = nodes[self._continued :]
            nodes[self._continued :] = [continuation.node(node, self._tracer.argument) for node in new]
            self._continued = len(nodes)

    @property
    def _live(self) -> BegunRun:
        """The run with all that performs it; asking for it the first time puts it on record."""
        if self._begun is None:
            prepared = self._prepared
            self._begun = BegunRun(
                prepared,
                self._lookup,
                start_of(prepared, self._target, self._mixed),
                self._interrupts,
                self.observations,
                self._tell,
                tell_calls=self._tell_calls,
            )
        return self._begun

    @property
    def _driver(self) -> Driver:
        return self._live.driver

    def _end(self, status: RunStatus, result: ResultItem, error: str) -> RunRecord:
        live, session = self._live, self._session
        only_traced = self._tracer.nodes[self._handed_over :]
        if status == "cancelled":
            live.driver.give_up("cancelled", "the run was cancelled", only_traced)
        elif error:
            live.driver.give_up("skipped", "the pipeline's body did not come to its end", only_traced)
        live.source.keep()
        took = session.clock.elapsed() - self._since
        end = RunEnd(status, took, live.driver.saved, result, live.git(), error)
        if status == "succeeded" and self._repeating is not None:
            self._repeating.end()
        # Once it has ended, anybody may delete it.
        record = session.queries.run(live.number)
        if record is None:
            raise InternalError(f"run {live.number} is not on record while it runs")
        session.ledger.end(live.number, end)
        record = msgspec.structs.replace(record, end=end)
        for text in live.closing.texts():
            live.note(text)
        self._tell(RunEnded(record))
        return record
