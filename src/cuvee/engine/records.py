"""What is put on record of a node, and what of a call makes it reusable. Pure: values in, records out."""

from __future__ import annotations

from cuvee.engine.lookup import Decided
from cuvee.model.artifact import Artifact
from cuvee.model.decision import Decision, Reason, Reuse
from cuvee.model.entry import Entry, Observation
from cuvee.model.graph import Call, Node
from cuvee.model.key import Key
from cuvee.model.order import Failure, LogChunk, Outcome
from cuvee.model.record import Attempt, CallRecord, CallStatus


def node_record(
    node: Node,
    status: CallStatus,
    started: float,
    *,
    decision: Decision | None = None,
    reason: Reason | None = None,
    key: Key | None = None,
    artifact: Artifact | None = None,
    **more: object,
) -> CallRecord:
    """The record of a node that has come to its end; what is not given it does not have."""
    why = decision.reason if decision is not None else reason
    return CallRecord(
        position=node.id,
        path=node.path,
        task=node.task.name,
        status=status,
        decision=None if decision is None else "reused" if isinstance(decision, Reuse) else "executed",
        reason_code=why.code.value if why else None,
        reason=why.text if why else "",
        started=started,
        key=key.digest if key else b"",
        components=key.components if key else (),
        artifact=artifact,
        outputs=node.task.elements or (),
        **{"seconds": 0.0, **more},  # type: ignore[arg-type]
    )


def reused_record(call: Call, key: Key, decision: Reuse, now: float) -> CallRecord:
    """The record of a call whose result was there."""
    entry = decision.entry
    return node_record(
        call,
        "succeeded",
        now,
        decision=decision,
        key=key,
        artifact=entry.artifact,
        saved=entry.seconds,
        metrics=entry.metrics,
        figures=entry.figures,
        made_by=(entry.run, entry.path),
    )


def executed_record(
    work: Decided,
    outcome: Outcome,
    doubts: tuple[str, ...],
    attempts: tuple[Attempt, ...],
    logs: tuple[LogChunk, ...],
) -> CallRecord:
    """The record of a call that ran; `attempts` and `logs` are those before its last."""
    return node_record(
        work.call,
        "succeeded" if outcome.status == "succeeded" else "failed",
        outcome.started,
        decision=work.decision,
        key=work.key,
        artifact=outcome.artifact,
        seconds=outcome.seconds,
        metrics=outcome.metrics,
        figures=outcome.figures,
        logs=(*logs, *outcome.logs),
        failure=outcome.failure or _damage(outcome),
        doubts=doubts,
        mutated=outcome.mutated,
        shared=outcome.shared,
        attempts=attempts,
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
        outcome.observed + late + _vouched(outcome),
        boot,
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
