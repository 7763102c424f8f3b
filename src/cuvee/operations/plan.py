"""Plan: what a run would do, and why, without doing it.

A call whose result is on record is followed through: what it feeds can be decided too. What
depends on a call that has to run can't be known, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Unpack

from cuvee.authoring.runnable import Runnable
from cuvee.authoring.tracing import Tracer
from cuvee.compare.keys import sources_of
from cuvee.compare.words import changes_text
from cuvee.engine.fitting import Fitting
from cuvee.engine.lookup import Decided, Lookup
from cuvee.engine.payloads import CannotNarrow, Payloads
from cuvee.engine.records import given_reason
from cuvee.engine.scheduler import Expand, Instruction, Look, Scheduler
from cuvee.engine.turns import Turns
from cuvee.engine.warnings import unseeded_text
from cuvee.errors import CannotDecode, CheckError, TaskFailed
from cuvee.model.decision import ReasonCode, Reuse
from cuvee.model.graph import Argument, Call, Fan, Narrowed, Node, Supplied, needs_of, refs_of
from cuvee.model.plan import Plan, PlannedCall
from cuvee.model.problem import Problem
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.explain import explain_planned, find_planned
from cuvee.operations.preparation import BodyRaised, Preparation
from cuvee.operations.session import Session
from cuvee.ports import current

if TYPE_CHECKING:
    from cuvee.operations.how import How

# Calls that are named where a call follows from many.
_NAMED = 3

# What is there without running.
_SETTLED = ("reuse", "given")
_ELEMENT = re.compile(r"\[\d+\]$")


class _OpenEnd(BaseException):
    """The body asks for a value that only running can give. Not an Exception: see `_BodyStopped`."""


def plan(
    session: Session,
    runnable: Runnable[..., Any],
    arguments: Mapping[str, Any],
    *,
    explain: str | None = None,
    against: RunRecord | None = None,
    **how: Unpack[How],
) -> Plan:
    """What `run` with the same arguments would do now; `how`: as there.

    `explain`: the path of a call whose whole key the plan explains, beside that of its last call, or
    of the one in the run `against`.

    Raises CheckError as `run` does, TaskFailed when the pipeline's body raises, ReferenceNotFound
    where there is no call to explain, or none in that run.
    """
    prepared = Preparation(session, runnable, arguments, **how)
    with closing(prepared), TemporaryDirectory(prefix="cuvee-plan-") as scratch:
        return _Plan(prepared, Path(scratch)).go(explain, against)


class _Plan:
    """One plan: the scheduler is told of reused results, and nothing of the rest."""

    def __init__(self, prepared: Preparation, scratch: Path) -> None:
        self._prepared = prepared
        self._lookup: Lookup = prepared.lookup()
        self._tracer: Tracer = prepared.tracer(self._wait)
        self._scheduler = Scheduler()
        self._payloads = Payloads(
            self._scheduler,
            lambda artifact: prepared.explode(artifact, scratch),
            lambda artifact, names: prepared.narrow(artifact, names, scratch),
        )
        self._scratch = scratch
        self._handed_over = 0
        self._planned: dict[int, PlannedCall] = {}
        self._nodes: dict[int, Node] = {}
        self._turns = Turns(self._lookup.writes_of)

    def go(self, explain: str | None, against: RunRecord | None) -> Plan:
        open_end = self._trace()
        self._settle()
        self._tell_the_rest()
        calls = tuple(self._planned[position] for position in sorted(self._planned))
        sources = self._lookup.sources(sources_of(change for call in calls for change in call.changes))
        explanation = None
        if explain is not None:
            asked = find_planned(calls, explain)
            node = self._nodes[asked.position]
            explanation = explain_planned(self._prepared.session, self._lookup, asked, node, calls, against)
        return Plan(
            self._prepared.runnable.name,
            calls,
            open_end,
            tuple(sources.items()),
            explanation,
            self._warnings(),
        )

    def _warnings(self) -> tuple[str, ...]:
        """Of tasks whose calls run, or may run, and draw from what no seed reaches."""
        found: dict[str, None] = {}
        for node in self._nodes.values():
            decision = self._planned[node.id].decision
            unseeded = () if decision in _SETTLED else self._lookup.keys.of_task(node.task).unseeded
            if unseeded:
                found[unseeded_text(node.task.short, unseeded)] = None
        return tuple(found)

    def _trace(self) -> str:
        token = current.trace.set(self._tracer)
        try:
            returned = self._prepared.trace(self._tracer)
        except _OpenEnd as end:
            return str(end)
        except BodyRaised as raised:
            name = self._prepared.runnable.short_name
            raise TaskFailed(f"the body of {name} raised:\n{raised}".rstrip()) from raised.__cause__
        finally:
            current.trace.reset(token)
        self._tracer.returned(returned, self._prepared.runnable)
        self._prepared.finish(self._tracer)
        return ""

    def _wait(self, argument: Argument) -> Any:
        self._settle()
        nodes = [ref.node for ref in refs_of(argument)]
        if not self._scheduler.settled(nodes):
            paths = ", ".join(dict.fromkeys(self._nodes[node].path for node in nodes))
            raise _OpenEnd(f"the pipeline waits for the result of {paths}, and what follows depends on it")
        return self._prepared.load(self._payloads.lower(argument), self._scratch)

    def _settle(self) -> None:
        """Decide all that can be decided of what was traced so far."""
        nodes = self._tracer.nodes[self._handed_over :]
        self._handed_over = len(self._tracer.nodes)
        self._nodes.update((node.id, node) for node in nodes)
        self._turns.add(nodes)
        pending = self._scheduler.add(nodes)
        while pending:
            looks = [instruction.call for instruction in pending if isinstance(instruction, Look)]
            fans = [instruction.fan for instruction in pending if isinstance(instruction, Expand)]
            pending = []
            for call in looks:
                if call.supplied is not None:
                    pending += self._given(call, call.supplied)
            looks = [call for call in looks if call.supplied is None]
            for decided in self._decide(looks):
                pending += self._decided(decided)
            for fan in fans:
                pending += self._expand(fan)

    def _decide(self, looks: list[Call]) -> list[Decided]:
        self._check_columns(looks)
        fit, path = self._prepared.fit, self._scheduler.path
        if fit is None or not looks:
            return self._lookup.decide(looks, self._payloads.lower, path) if looks else []
        fitting = Fitting(self._payloads.lower, fit)
        calls = [_fitted(call, fitting) for call in looks]
        return fitting.decide(calls, self._lookup, path)

    def _check_columns(self, calls: Iterable[Call]) -> None:
        """Raise CheckError if a frame that is there does not have the columns that a call takes of it."""
        for call in calls:
            for _, argument in call.arguments:
                if isinstance(argument, Narrowed):
                    try:
                        self._payloads.lower(argument)
                    except CannotNarrow as error:
                        raise CheckError([Problem(f"`{call.path}`: {error}", call.place)]) from error

    def _decided(self, decided: Decided) -> list[Instruction]:
        call, decision = decided.call, decided.decision
        reason = decision.reason
        previous = self._lookup.previous(call)
        if self._turns.waits(decided):
            self._planned[call.id] = self._may_be_written_to(call, previous)
            return []
        if isinstance(decision, Reuse):
            self._turns.ended(call.id)
            artifact = decision.entry.artifact
            self._planned[call.id] = PlannedCall(
                call.id,
                call.path,
                call.task.name,
                "reuse",
                reason.code.value,
                reason.text,
                decision.entry.seconds,
                artifact,
                call.task.elements or (),
                decided.key.components,
            )
            return self._scheduler.succeeded(call.id, artifact)
        self._planned[call.id] = PlannedCall(
            call.id,
            call.path,
            call.task.name,
            "execute",
            reason.code.value,
            reason.text,
            _seconds(previous),
            components=decided.key.components,
            changes=decision.changes,
        )
        return []

    def _given(self, call: Call, supplied: Supplied) -> list[Instruction]:
        """A call that a result stands in for."""
        self._turns.ended(call.id)
        reason = given_reason(supplied)
        self._planned[call.id] = PlannedCall(
            call.id,
            call.path,
            call.task.name,
            "given",
            reason.code.value,
            reason.text,
            supplied.seconds,
            supplied.artifact,
            call.task.elements or (),
        )
        return self._scheduler.succeeded(call.id, supplied.artifact)

    def _may_be_written_to(self, call: Call, previous: CallRecord | None) -> PlannedCall:
        """A call that has read files which a call before it, one that runs, may write."""
        return PlannedCall(
            call.id,
            call.path,
            call.task.name,
            "depends",
            ReasonCode.UPSTREAM.value,
            "a call before it, which runs, may write files that it reads",
            _seconds(previous),
        )

    def _expand(self, fan: Fan) -> list[Instruction]:
        calls = self._payloads.expand(fan)
        self._nodes.update((call.id, call) for call in calls)
        self._nodes.pop(fan.id)
        self._turns.ended(fan.id)
        self._turns.add(calls)
        return self._scheduler.expanded(fan.id, calls)

    def _tell_the_rest(self) -> None:
        """What waits for a call that has to run."""
        rest = [node for node in self._nodes.values() if node.id not in self._planned]
        self._lookup.remember(rest)
        for node in sorted(rest, key=lambda node: node.id):
            self._planned[node.id] = self._waiting(node)

    def _waiting(self, node: Node) -> PlannedCall:
        """A call that waits for others: what it follows from, and what is known to have changed in itself."""
        previous = self._lookup.previous(node) if isinstance(node, Call) else None
        changes = self._lookup.known_changes(node) if isinstance(node, Call) else ()
        follows = tuple(self._roots(node))
        texts = [changes_text(changes)] if changes else []
        return PlannedCall(
            node.id,
            node.path,
            node.task.name,
            "depends",
            ReasonCode.UPSTREAM.value,
            "; ".join([*texts, f"follows from {_listed(follows)}"]),
            _seconds(previous),
            changes=changes,
            follows=follows,
        )

    def _roots(self, node: Node) -> dict[str, None]:
        """The paths of the calls that run and that a node takes results from, in order."""
        found: dict[str, None] = {}
        for need in needs_of(node):
            elements = self._scheduler.elements(need)
            for maker in (need,) if elements is None else elements:
                planned = self._planned[maker]
                if planned.decision not in _SETTLED:
                    found.update(dict.fromkeys(planned.follows or (planned.path,)))
        return found


def _fitted(call: Call, fitting: Fitting) -> Call:
    try:
        return fitting.call(call)
    except CannotDecode as error:
        raise CheckError([Problem(f"`{call.path}`: {error}", call.place)]) from error


def _listed(paths: Sequence[str]) -> str:
    """The first of them; the calls of a map by its name."""
    names = list(dict.fromkeys(_ELEMENT.sub("", path) for path in paths))
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _seconds(previous: CallRecord | None) -> float | None:
    """How long the call took when it last ran."""
    if previous is None:
        return None
    return previous.saved if previous.decision == "reused" else previous.seconds
