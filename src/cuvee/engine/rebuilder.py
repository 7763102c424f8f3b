"""The rebuilder: need a call run? A pure answer, with its reason, from a key and what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cuvee.compare.keys import Comparison
from cuvee.model.decision import Decision, Execute, Reason, ReasonCode, Reuse
from cuvee.model.entry import Entry
from cuvee.model.key import ComponentKind, Doubt, Key
from cuvee.model.record import CallRecord

_CODES: dict[ComponentKind, ReasonCode] = {
    "code": ReasonCode.CODE_CHANGED,
    "parameter": ReasonCode.PARAMETER_CHANGED,
    "file": ReasonCode.FILE_CHANGED,
    "version": ReasonCode.VERSION_CHANGED,
    "secret": ReasonCode.SECRET_CHANGED,
    "chance": ReasonCode.CHANCE_CHANGED,
    "environment": ReasonCode.ENVIRONMENT_CHANGED,
    "input": ReasonCode.INPUT_CHANGED,
}


_NO_RESULT = {
    "failed": "its last run failed",
    # Collected since, found damaged, or not admitted for reuse: which of these, no record says.
    "succeeded": "what its last run gave is not in the store any more, or was not kept for reuse",
}

_FIRST = Execute(Reason(ReasonCode.FIRST_RUN, "it has not run before"))


def decide(
    key: Key,
    standing: Sequence[tuple[Entry, Reason | None]],
    previous: CallRecord | None,
    refusals: Sequence[Reason],
    comparison: Comparison,
    *,
    altered: bool = False,
) -> Decision:
    """Reuse the newest entry that stands; else execute, and say why.

    `standing`: the entries of the key, newest first, each with what is wrong with it, or None.
    `previous`: the last call of this task at this path, to say why it runs. `refusals`: why this
    call may not be reused, whatever is on record. `altered`: there was an entry of the key that was
    not as it had been written.
    """
    if refusals:
        return Execute(refusals[0])
    reused = reuse(standing)
    if reused is not None:
        return reused
    if standing:
        _, fault = standing[0]
        assert fault is not None
        return Execute(fault)
    if altered:
        return Execute(Reason(ReasonCode.ARTIFACT_DAMAGED, "what was on record of its result was altered"))
    return _execute(key, previous, comparison)


def reuse(standing: Sequence[tuple[Entry, Reason | None]]) -> Reuse | None:
    """The newest entry that stands, reused; None where none does."""
    for entry, fault in standing:
        if fault is None:
            return Reuse(entry, unchanged_since(entry.run))
    return None


def _execute(key: Key, previous: CallRecord | None, comparison: Comparison) -> Execute:
    if previous is None:
        return _FIRST
    if not previous.components:
        return Execute(Reason(ReasonCode.NO_RESULT, "the last call of it failed before it ran"))
    changes = comparison.changes(previous.components, key.components)
    if not changes and previous.status == "succeeded" and previous.doubts:
        why = f"its last result is not reusable: {previous.doubts[0]}"
        return Execute(Reason(ReasonCode.NOT_REUSABLE, why))
    if not changes:
        return Execute(
            Reason(ReasonCode.NO_RESULT, _NO_RESULT.get(previous.status, "its last run left no result"))
        )
    from cuvee.compare.words import changes_text  # what runs for the first time has nothing to compare

    code = _CODES.get(changes[0].kind, ReasonCode.CODE_CHANGED)
    return Execute(Reason(code, changes_text(changes)), changes)


def unchanged_reason(entry: Entry) -> Reason:
    """Why a result is reused."""
    return unchanged_since(entry.run)


@lru_cache
def unchanged_since(run: int) -> Reason:
    """Why a result of that run is reused."""
    return Reason(ReasonCode.UNCHANGED, f"nothing it depends on changed since run {run}")


OF_THIS_RUN = Reason(ReasonCode.UNCHANGED, "an earlier call of this run, which depends on the same, gave it")
"""Why a result is reused that the run itself has made."""


def doubt_reason(doubt: Doubt) -> Reason:
    """Why a call whose code can't be known for certain is not reused."""
    where = f" ({doubt.file}:{doubt.line})" if doubt.file else ""
    return Reason(
        ReasonCode.NOT_REUSABLE, f"{doubt.reference}{where} cannot be followed, so it runs each time"
    )


def outside_reason(doubt: Doubt) -> Reason:
    """Why a call is not reused whose code asks for the date, or whose modules asked what lies outside."""
    if doubt.widened == "outside":
        return Reason(ReasonCode.NOT_REUSABLE, doubt.reference)
    where = f" ({doubt.file}:{doubt.line})" if doubt.file else ""
    return Reason(
        ReasonCode.NOT_REUSABLE,
        f"it asks for the date: {doubt.reference}{where}. Pass the date as a parameter, measure durations "
        "by time.perf_counter, or say cache=True",
    )


def expiry_reason(entry: Entry, age: float, good_for: float) -> Reason:
    """Why a result that is too old is not reused."""
    old = f"its result of run {entry.run} is {_time(age)} old"
    return Reason(ReasonCode.EXPIRED, f"{old}, and the task says that it is good for {_time(good_for)}")


def _time(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"
