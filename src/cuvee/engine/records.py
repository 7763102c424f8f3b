"""What is put on record of a node, and what of a call makes it reusable. Pure: values in, records out."""

from __future__ import annotations

from msgspec.structs import replace

from cuvee.engine.lookup import Decided
from cuvee.engine.rebuilder import unchanged_since
from cuvee.model.decision import Reason, ReasonCode, Reuse
from cuvee.model.entry import Entry, Observation
from cuvee.model.graph import Call, Node, Supplied
from cuvee.model.key import Key
from cuvee.model.order import Failure, LogChunk, Outcome
from cuvee.model.record import Attempt, CallRecord, CallStatus

# Asking a member for its value costs a tenth of all that a short call's record does.
_CODES = {code: code.value for code in ReasonCode}


def node_record(
    node: Node,
    status: CallStatus,
    started: float,
    *,
    reason: Reason | None = None,
    failure: Failure | None = None,
) -> CallRecord:
    """The record of a node that came to its end without being decided."""
    return CallRecord(
        node.id,
        node.path,
        node.task.name,
        status,
        None,
        reason.code.value if reason else None,
        reason.text if reason else "",
        started,
        0.0,
        outputs=node.task.elements or (),
        failure=failure,
    )


def reused_record(call: Call, key: Key, decision: Reuse, now: float) -> CallRecord:
    """The record of a call whose result was there."""
    entry, reason = decision.entry, decision.reason
    return CallRecord(
        call.id,
        call.path,
        call.task.name,
        "succeeded",
        "reused",
        _CODES[reason.code],
        reason.text,
        now,
        0.0,
        entry.seconds,
        key.digest,
        key.components,
        entry.artifact,
        call.task.elements or (),
        entry.metrics,
        entry.figures,
        made_by=(entry.run, entry.path),
        memory=entry.memory,
    )


def repeated_record(original: CallRecord, run: int, now: float) -> CallRecord:
    """The record of a call whose result was there, as `original` of that run gave or reused it, which logged
    neither metrics nor figures."""
    reason = unchanged_since(run)
    if original.decision == "reused":
        made_by = original.made_by
        here = made_by is not None and made_by[0] == run  # then it was told as of that run itself
        return replace(original, started=now, reason=reason.text if here else original.reason)
    return CallRecord(
        original.position,
        original.path,
        original.task,
        "succeeded",
        "reused",
        _CODES[reason.code],
        reason.text,
        now,
        0.0,
        original.seconds,
        original.key,
        original.components,
        original.artifact,
        original.outputs,
        made_by=(run, original.path),
        memory=original.memory,
    )


def given_record(call: Call, supplied: Supplied, now: float) -> CallRecord:
    """The record of a call that a result stands in for."""
    reason = given_reason(supplied)
    return CallRecord(
        call.id,
        call.path,
        call.task.name,
        "succeeded",
        "given",
        reason.code.value,
        reason.text,
        now,
        0.0,
        supplied.seconds,
        artifact=supplied.artifact,
        outputs=call.task.elements or (),
        metrics=supplied.metrics,
        figures=supplied.figures,
        made_by=supplied.made_by,
    )


def given_reason(supplied: Supplied) -> Reason:
    """Why a result stands in for a call."""
    if supplied.taken:
        return Reason(ReasonCode.TAKEN, f"taken as it was in {supplied.text}")
    return Reason(ReasonCode.SWAPPED, f"swapped for {supplied.text}")


def executed_record(
    work: Decided,
    outcome: Outcome,
    doubts: tuple[str, ...],
    attempts: tuple[Attempt, ...],
    logs: tuple[LogChunk, ...],
) -> CallRecord:
    """The record of a call that ran; `attempts` and `logs` are those before its last."""
    call, key, reason = work.call, work.key, work.decision.reason
    return CallRecord(
        call.id,
        call.path,
        call.task.name,
        "succeeded" if outcome.status == "succeeded" else "failed",
        "executed",
        _CODES[reason.code],
        reason.text,
        outcome.started,
        outcome.seconds,
        0.0,
        key.digest,
        key.components,
        outcome.artifact,
        call.task.elements or (),
        outcome.metrics,
        outcome.figures,
        (*logs, *outcome.logs),
        outcome.failure or _damage(outcome),
        doubts,
        outcome.mutated,
        attempts=attempts,
        shared=outcome.shared,
        memory=outcome.memory,
    )


def entry_of(
    work: Decided,
    outcome: Outcome,
    doubts: tuple[str, ...],
    late: tuple[Observation, ...],
    run: int,
    now: float,
    boot: str,
) -> Entry | None:
    """What makes the result of a call reusable; None for one that must not be reused. `late` is what
    it depends on for what was imported while it ran."""
    if outcome.status != "succeeded" or outcome.artifact is None or not work.keep or doubts:
        return None
    return Entry(
        work.key.digest,
        work.call.task.name,
        outcome.artifact,
        outcome.seconds,
        now,
        run,
        work.call.path,
        outcome.metrics,
        outcome.figures,
        outcome.observed + late + (_vouched(outcome) if outcome.outside else ()),
        boot,
        outcome.memory,
    )


def _vouched(outcome: Outcome) -> tuple[Observation, ...]:
    """What the task answers for, to be kept with the result: another day it may not."""
    return tuple(Observation("outside", text, None) for text in outcome.outside)


def _damage(outcome: Outcome) -> Failure | None:
    if outcome.status != "damaged":
        return None
    what = "; ".join(outcome.damage) or "an input is damaged in the store"
    message = f"{what}; no call of this run can make it again"
    return Failure("DamagedBlob", message, f"DamagedBlob: {message}\n")
