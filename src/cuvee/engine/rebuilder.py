"""The rebuilder: need a call run? A pure answer, with its reason, from a key and what is on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cuvee.model.decision import Decision, Execute, Reason, ReasonCode, Reuse
from cuvee.model.entry import Entry
from cuvee.model.key import Component, ComponentKind, Doubt, Item, Key, Ledger
from cuvee.model.record import CallRecord

# In the order in which a person would want to hear of them: what somebody did, before what followed.
_CODES: dict[ComponentKind, ReasonCode] = {
    "code": ReasonCode.CODE_CHANGED,
    "parameter": ReasonCode.PARAMETER_CHANGED,
    "file": ReasonCode.FILE_CHANGED,
    "secret": ReasonCode.SECRET_CHANGED,
    "chance": ReasonCode.CHANCE_CHANGED,
    "environment": ReasonCode.ENVIRONMENT_CHANGED,
    "input": ReasonCode.INPUT_CHANGED,
}
_NAMED = 3

LedgerOf = Callable[[bytes], Ledger | None]


def decide(
    key: Key,
    standing: Sequence[tuple[Entry, Reason | None]],
    previous: CallRecord | None,
    refusals: Sequence[Reason],
    ledger_of: LedgerOf,
) -> Decision:
    """Reuse the newest entry that stands; else execute, and say why.

    `standing`: the entries of the key, newest first, each with what is wrong with it, or None.
    `previous`: the last call of this task at this path, to say why it runs. `refusals`: why this
    call may not be reused, whatever is on record.
    """
    if refusals:
        return Execute(refusals[0])
    for entry, fault in standing:
        if fault is None:
            text = f"nothing it depends on changed since run {entry.run}"
            return Reuse(entry, Reason(ReasonCode.UNCHANGED, text))
    if standing:
        _, fault = standing[0]
        assert fault is not None
        return Execute(fault)
    return Execute(_why(key, previous, ledger_of))


def _why(key: Key, previous: CallRecord | None, ledger_of: LedgerOf) -> Reason:
    if previous is None:
        return Reason(ReasonCode.FIRST_RUN, "it has not run before")
    changes = component_changes(previous.components, key.components)
    if not changes:
        what = "failed" if previous.status == "failed" else "left no result"
        return Reason(ReasonCode.NO_RESULT, f"its last run {what}")
    by_code: dict[ReasonCode, list[str]] = {}
    for old, new in changes:
        component = new or old
        assert component is not None
        code = _CODES.get(component.kind, ReasonCode.CODE_CHANGED)
        by_code.setdefault(code, []).append(_change_text(old, new, ledger_of))
    ordered = [code for code in _CODES.values() if code in by_code]
    texts = [text for code in ordered for text in by_code[code]]
    return Reason(ordered[0], "; ".join(texts))


def component_changes(
    old: Iterable[Component], new: Iterable[Component]
) -> list[tuple[Component | None, Component | None]]:
    """What differs between two keys: (before, after), None where it was or is not there."""
    before = {_slot(component): component for component in old}
    after = {_slot(component): component for component in new}
    pairs = [(before.get(slot), after.get(slot)) for slot in dict.fromkeys([*after, *before])]
    return [(was, now) for was, now in pairs if was is None or now is None or was.digest != now.digest]


def _slot(component: Component) -> tuple[str, str]:
    argument = component.kind in ("parameter", "input", "file", "secret")
    return ("argument" if argument else component.kind, component.name)


def _change_text(old: Component | None, new: Component | None, ledger_of: LedgerOf) -> str:
    component = new or old
    assert component is not None
    if component.kind in ("code", "environment"):
        before = ledger_of(old.digest) if old else None
        after = ledger_of(new.digest) if new else None
        return ledger_change_text(component.kind, before, after)
    if old is None:
        return f"{component.name} is new: {component.text}"
    if new is None:
        return f"{component.name} is gone (it was {component.text})"
    if component.kind == "input":
        return f"input {component.name} changed"
    if component.kind == "file":
        moved = f": {old.text} → {new.text}" if old.text != new.text else f": the content of {new.text}"
        return f"file {component.name} changed{moved}"
    if component.kind == "secret":
        return f"the version of secret {component.name} changed"
    if old.text == new.text:
        return f"{component.name} changed ({new.text})"
    return f"{component.name}: {old.text} → {new.text}"


def ledger_change_text(kind: str, old: Ledger | None, new: Ledger | None) -> str:
    """What changed between two fingerprints of code or environment, in words."""
    if old is None or new is None:
        return "its code changed" if kind == "code" else "the environment changed"
    items = ledger_changes(old, new)
    words = [_item_text(was, now) for was, now in items[:_NAMED]]
    if len(items) > _NAMED:
        words.append(f"{len(items) - _NAMED} more")
    return ", ".join(words)


def ledger_changes(old: Ledger, new: Ledger) -> list[tuple[Item | None, Item | None]]:
    """The items that differ: (before, after); changed ones first, then new, then gone."""
    before = {(item.kind, item.name): item for item in old.items}
    after = {(item.kind, item.name): item for item in new.items}
    changed = [
        (before[slot], item)
        for slot, item in after.items()
        if slot in before and before[slot].digest != item.digest
    ]
    added = [(None, item) for slot, item in after.items() if slot not in before]
    gone = [(item, None) for slot, item in before.items() if slot not in after]
    return [*changed, *added, *gone]


def _item_text(old: Item | None, new: Item | None) -> str:
    item = new or old
    assert item is not None
    call = "()" if item.kind == "function" else ""
    what = "changed" if old and new else "is new" if new else "is gone"
    where = f" ({item.file}:{item.line})" if item.file and item.line else ""
    via = f", reached through {item.via}" if item.via and old and new else ""
    return f"{item.name}{call} {what}{where}{via}"


def doubt_reason(doubt: Doubt) -> Reason:
    """Why a call whose code can't be known for certain is not reused."""
    where = f" ({doubt.file}:{doubt.line})" if doubt.file else ""
    return Reason(
        ReasonCode.NOT_REUSABLE, f"{doubt.reference}{where} cannot be followed, so it runs each time"
    )
