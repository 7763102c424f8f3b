"""Explain: the whole key of a call, of a run or of a plan, beside that of the call before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from cuvee.compare.explanation import explain
from cuvee.compare.keys import sources_of
from cuvee.engine.components import awaited_by
from cuvee.engine.lookup import Lookup
from cuvee.errors import ReferenceNotFound
from cuvee.model.change import Change
from cuvee.model.explanation import Explanation, Seen
from cuvee.model.graph import Node
from cuvee.model.key import make_key
from cuvee.model.plan import PlannedCall
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.past_data import observed_by
from cuvee.operations.recorded_ledgers import recorded_ledgers
from cuvee.operations.references import call_of, listed
from cuvee.operations.session import Session

# After any run.
_NOW = 2**63 - 1

_DECISIONS = {"execute": "runs", "reuse": "reused", "given": "given", "depends": "may run"}

Before = tuple[int, CallRecord] | None


def explain_call(
    session: Session, run: RunRecord, call: CallRecord, against: RunRecord | None = None
) -> Explanation:
    """A call of a run beside the last one of its task at its path before it, as its reason compared it;
    beside the call at its path in `against`, where that is given.

    Raises ReferenceNotFound where that run has no such call.
    """
    # What was skipped has no key, which could be compared with nothing.
    before = _before(session, call.task, call.path, run.number, against) if call.components else None
    found = explain(
        call.components,
        before[1].components if before else None,
        recorded_ledgers(session),
        path=call.path,
        task=call.task,
        decision=call.decision or call.status,
        reason_code=call.reason_code or "",
        reason=call.reason,
        against=before[0] if before else None,
        observed=_observed(session, run, call),
    )
    others = {each.path: each for each in session.queries.calls(run.number)}
    said = {path: f"{each.decision or each.status}: {each.reason}" for path, each in others.items()}
    sources = session.queries.sources(list(sources_of(found.code)))
    return replace(found, causes=_causes(found, said), sources=tuple(sources.items()))


def explain_planned(
    session: Session,
    lookup: Lookup,
    call: PlannedCall,
    node: Node,
    calls: Sequence[PlannedCall],
    against: RunRecord | None,
) -> Explanation:
    """A call of a plan likewise. What it takes of calls that have to run is not there yet."""
    before = _before(session, call.task, call.path, _NOW, against)
    waits = call.decision == "depends"
    components = lookup.keys.known_components(node) if waits else call.components
    old = before[1].components if before else ()
    found = explain(
        components,
        lookup.keys.comparable(node, old) if waits else old,
        lookup.ledger,
        lookup.recorded_ledger,
        awaited=awaited_by(node) if waits else (),
        path=call.path,
        task=call.task,
        decision=_DECISIONS[call.decision],
        reason_code=call.reason_code,
        reason=call.reason,
        against=before[0] if before else None,
        observed=() if waits else lookup.seen(make_key(components).digest),
    )
    said = {each.path: f"{_DECISIONS[each.decision]}: {each.reason}" for each in calls}
    sources = lookup.sources(sources_of(found.code))
    return replace(found, causes=_causes(found, said), sources=tuple(sources.items()))


def find_planned(calls: Sequence[PlannedCall], path: str) -> PlannedCall:
    """The call of that path. Raises ReferenceNotFound, with the paths that there are."""
    paths = [call.path for call in calls]
    if path in paths:
        return calls[paths.index(path)]
    import difflib  # for mistakes only

    elements = [known for known in paths if known.startswith(f"{path}[")]
    close = elements[:1] or difflib.get_close_matches(path, paths, n=1)
    hint = f": did you mean {close[0]}? It has" if close else "; it has"
    raise ReferenceNotFound(f"the plan has no call {path!r}{hint} {listed(paths)}")


def _before(session: Session, task: str, path: str, run: int, against: RunRecord | None) -> Before:
    if against is not None:
        return against.number, call_of(session.queries, against, path)
    return session.queries.call_before(run, task, path)


def _causes(found: Explanation, said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Why the calls that gave what changed decided as they did; `said` is that of each call, by path."""
    if found.against is None:
        return ()
    makers = (_maker(origin, said) for part in found.components for origin in _origins(part))
    return tuple((path, said[path]) for path in dict.fromkeys(makers) if path)


def _origins(part: Change) -> list[str]:
    """The calls, or elements of what they gave, that an input which changed is from."""
    changed = part.kind == "input" and part.differs
    return [name for path in part.route for name in path.split(", ")] if changed else []


def _maker(origin: str, calls: Mapping[str, str]) -> str:
    """The call that `split.0` is an element of; "" if there is none."""
    while origin and origin not in calls:
        origin = origin.rpartition(".")[0]
    return origin


def _observed(session: Session, run: RunRecord, call: CallRecord) -> tuple[Seen, ...]:
    """What the execution that made the call's result used without being given it."""
    return tuple(map(Seen, observed_by(session, run, call)))
