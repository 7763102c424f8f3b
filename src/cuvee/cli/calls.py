"""The calls of a run as rows of a table; the many calls of a map or a loop as one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from cuvee.cli.grouping import Group, grouped
from cuvee.cli.quantities import count_text, seconds_text
from cuvee.cli.table import Cell, Row
from cuvee.model.record import CallRecord
from cuvee.model.swap import Swapped

_BOTH_REASONS = 100
_WORTH_A_WORD = 0.0001  # seconds

_STYLES = {
    "executed": "good",
    "reused": "reused",
    "given": "reused",
    "failed": "bad",
    "skipped": "warn",
    "cancelled": "warn",
}

HEADER: Row = [Cell("call", "dim"), Cell("decision", "dim"), Cell("time", "dim"), Cell("why", "dim")]


def call_rows(calls: Iterable[CallRecord]) -> list[Row]:
    """A header and a row for each call or group: path, decision, time, why."""
    return [HEADER, *(_row(group) for group in grouped(calls, _failed))]


def outcome(call: CallRecord) -> str:
    """What became of a call, in one word: executed, reused, given, failed, skipped or cancelled."""
    return call.decision or call.status if call.status == "succeeded" else call.status


def outcome_style(call: CallRecord) -> str:
    """The style that the word is shown in."""
    return _STYLES.get(outcome(call), "")


def time_text(call: CallRecord) -> str:
    """The seconds that a call took, or that reusing it saved."""
    if outcome(call) in ("reused", "given"):
        return saved_text(call.saved)
    return seconds_text(call.seconds) if outcome(call) in ("executed", "failed") else ""


def saved_text(seconds: float) -> str:
    """`saved 30 ms`; nothing for what is not worth a word."""
    return f"saved {seconds_text(seconds)}" if seconds >= _WORTH_A_WORD else ""


def commonest_text(reasons: Iterable[str]) -> str:
    """The reason that most have; of one other, if both are short, that too, else how many there are."""
    (reason, count), *others = Counter(reasons).most_common()
    if not others:
        return reason
    other, of_other = others[0]
    both = f"{reason} ({count}), {other} ({of_other})"
    if len(others) == 1 and len(both) <= _BOTH_REASONS:
        return both
    return f"{reason} (and {count_text(len(others), 'other reason')})"


def counts_text(counts: Mapping[str, int]) -> str:
    """`2 executed, 3 reused`, always in this order."""
    return ", ".join(f"{counts[word]} {word}" for word in _STYLES if counts.get(word))


def swap_text(swap: Swapped) -> str:
    """`train for boosting:train`."""
    return f"{swap.name} for {'a value: ' if swap.kind == 'value' else ''}{swap.text}"


def _failed(call: CallRecord) -> bool:
    return call.status == "failed"


def _row(group: Group[CallRecord]) -> Row:
    if len(group.calls) == 1:
        call = group.calls[0]
        return [
            Cell(group.label, "bold"),
            Cell(outcome(call), outcome_style(call)),
            Cell(time_text(call)),
            Cell(_why(call), "dim"),
        ]
    counts = Counter(outcome(call) for call in group.calls)
    commonest = counts.most_common(1)[0][0]
    return [
        Cell(group.label, "bold"),
        Cell(counts_text(counts), _STYLES.get(commonest, "")),
        Cell(_times(group.calls)),
        Cell(_commonest_reason(group.calls), "dim"),
    ]


def _times(calls: Sequence[CallRecord]) -> str:
    spent = sum(call.seconds for call in calls if outcome(call) in ("executed", "failed"))
    if spent:
        return seconds_text(spent)
    return saved_text(sum(call.saved for call in calls))


def _why(call: CallRecord) -> str:
    if call.failure is not None:
        return f"{call.failure.type}: {call.failure.message}".rstrip(": ")
    return call.reason


def _commonest_reason(calls: Sequence[CallRecord]) -> str:
    """Why most of those that ran did; if none ran, why most were reused."""
    ran = [call for call in calls if outcome(call) != "reused"] or calls
    return commonest_text([_why(call) for call in ran])
