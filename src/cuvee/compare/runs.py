"""Two runs compared: what somebody changed, what followed, what came of it. Pure: records in, a value out."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.compare.alignment import CallPair, aligned
from cuvee.compare.keys import Comparison, LedgerOf
from cuvee.compare.metrics import metric_differences
from cuvee.compare.roots import Roots
from cuvee.compare.summary import summary_of
from cuvee.model.difference import Difference
from cuvee.model.record import CallRecord, RunRecord, Versions


def compare_runs(
    a: RunRecord,
    b: RunRecord,
    calls: tuple[Sequence[CallRecord], Sequence[CallRecord]],
    ledger_of: LedgerOf,
) -> tuple[Difference, list[CallPair]]:
    """What two runs differ in, without the data; with their calls side by side."""
    pairs = aligned(*calls)
    roots = Roots(Comparison(ledger_of), pairs)
    found = roots.calls()
    in_common = any(pair.a and pair.b for pair in pairs)
    if in_common:
        roots.parameters(a.start.parameters, b.start.parameters)
        roots.seeds(a.start.seed, b.start.seed)
    changes = roots.collected() if in_common else ()
    metrics = metric_differences(a.metrics, b.metrics)
    reached = {root.change.name for root in changes if root.change and root.kind == "environment"}
    difference = Difference(
        a,
        b,
        summary_of((a, b), calls, changes, found, metrics),
        changes,
        found,
        metrics,
        unreached=_versions(a.start.versions, b.start.versions, reached),
    )
    return difference, pairs


def _versions(a: Versions, b: Versions, reached: set[str]) -> tuple[str, ...]:
    """What is installed in another version, and is in no call's key."""
    before, after = (
        {"python": each.python, "cuvee": each.cuvee, "platform": each.platform, **dict(each.distributions)}
        for each in (a, b)
    )
    names = [name for name in dict.fromkeys([*after, *before]) if before.get(name) != after.get(name)]
    return tuple(
        f"{name} {before[name]} → {after[name]}"
        if name in before and name in after
        else f"{name} {after.get(name) or before.get(name)} is {'new' if name in after else 'gone'}"
        for name in names
        if name not in reached
    )
