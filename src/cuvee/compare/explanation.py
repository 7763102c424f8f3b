"""A call's key explained: every component and every item of code and environment, old beside new."""

from __future__ import annotations

from collections.abc import Sequence

from cuvee.compare.keys import LedgerOf, component_change, component_pairs
from cuvee.compare.ledgers import Kind, Routes, item_change, item_pairs, weight
from cuvee.model.change import Change
from cuvee.model.explanation import Explanation
from cuvee.model.key import Component, Ledger


def explain(
    new: Sequence[Component],
    old: Sequence[Component] | None,
    ledger_of: LedgerOf,
    old_ledger_of: LedgerOf | None = None,
    *,
    awaited: Sequence[str] = (),
    **said: object,
) -> Explanation:
    """The whole of `new` beside `old`, None where there is nothing to compare with.

    `old_ledger_of`: where fingerprints of `old` are looked up, if not where those of `new` are.
    `awaited` names arguments that both lack because they are not there yet; `said` are the fields of
    the explanation that say which call it is of, and what was decided.
    """
    before = old or ()
    find = old_ledger_of or ledger_of
    code, environment = (_ledger(kind, new, ledger_of) for kind in ("code", "environment"))
    return Explanation(
        components=tuple(map(component_change, component_pairs(before, new))),
        code=_items("code", _ledger("code", before, find), code),
        environment=_items("environment", _ledger("environment", before, find), environment),
        doubts=code.doubts if code else (),
        awaited=tuple(awaited),
        **said,  # type: ignore[arg-type]
    )


def _ledger(kind: str, components: Sequence[Component], ledger_of: LedgerOf) -> Ledger | None:
    return next((ledger_of(part.digest) for part in components if part.kind == kind), None)


def _items(kind: Kind, old: Ledger | None, new: Ledger | None) -> tuple[Change, ...]:
    """Every item of both, changed ones first."""
    known = new or old
    if known is None:
        return ()
    routes = Routes(new or known), Routes(old or known)
    pairs = item_pairs(kind, old, new)
    ordered = [*sorted((pair for pair in pairs if pair.differs), key=weight)]
    ordered += [pair for pair in pairs if not pair.differs]
    return tuple(item_change(kind, pair, routes[pair.new is None]) for pair in ordered)
