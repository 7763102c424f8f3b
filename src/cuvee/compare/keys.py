"""Two keys, component by component: what a call depended on, and what it depends on now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import structs

from cuvee.model.change import Change, Side
from cuvee.model.digest import Digest
from cuvee.model.key import Component, ComponentKind, Ledger
from cuvee.model.value import Value

if TYPE_CHECKING:
    from cuvee.compare.ledgers import Kind

LedgerOf = Callable[[bytes], Ledger | None]

# In the order in which a person would want to hear of them: what somebody did, before what followed.
_ORDER: tuple[ComponentKind, ...] = (
    "task",
    "code",
    "parameter",
    "file",
    "version",
    "secret",
    "chance",
    "environment",
    "input",
)

_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


class ComponentPair(Value, frozen=True):
    """One component as it was and as it is; None where it was not, or is not, there."""

    old: Component | None
    new: Component | None

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.old is None or self.new is None or self.old.digest != self.new.digest

    @property
    def component(self) -> Component:
        """The component as it is, else as it was."""
        component = self.new or self.old
        assert component is not None
        return component


def component_pairs(old: Iterable[Component], new: Iterable[Component]) -> list[ComponentPair]:
    """The components of both, side by side. An argument is one by its name, wherever it comes from."""
    before = {_slot(component): component for component in old}
    after = {_slot(component): component for component in new}
    return [ComponentPair(before.get(slot), after.get(slot)) for slot in dict.fromkeys([*after, *before])]


class Comparison:
    """Compares keys. `ledger_of` gives the fingerprint of a digest, None where it is not known any more.

    What two fingerprints differ in is found once, however many calls share them.
    """

    def __init__(self, ledger_of: LedgerOf) -> None:
        self._ledger_of = ledger_of
        self._known: dict[tuple[bytes, bytes], tuple[Change, ...]] = {}

    def changes(self, old: Iterable[Component], new: Iterable[Component]) -> tuple[Change, ...]:
        """What differs, what somebody did before what followed from it. Code and environment are
        taken apart into their items; as a whole (a change without a name) where these are not known.
        """
        pairs = [pair for pair in component_pairs(old, new) if pair.differs]
        pairs.sort(key=lambda pair: _RANK.get(pair.component.kind, len(_RANK)))
        return tuple(change for pair in pairs for change in self._changes(pair))

    def _changes(self, pair: ComponentPair) -> tuple[Change, ...]:
        kind = pair.component.kind
        if kind == "code" or kind == "environment":
            return self._within(kind, pair)
        if kind == "file" and pair.old is not None and pair.new is not None:
            return (structs.replace(component_change(pair), entries=self._entries(pair)),)
        return (component_change(pair),)

    def _entries(self, pair: ComponentPair) -> tuple[str, ...]:
        """What is another in a folder, `a.png is new`; nothing of a file, or where that is not known."""
        sides = [self._ledger_of(each.digest) for each in (pair.old, pair.new) if each is not None]
        old, new = ({item.name: item.digest for item in side.items} if side else {} for side in sides)
        if not old or not new:
            return ()
        changed = [f"{name} changed" for name, digest in new.items() if old.get(name, digest) != digest]
        added = [f"{name} is new" for name in new if name not in old]
        gone = [f"{name} is gone" for name in old if name not in new]
        return (*changed, *added, *gone)

    def _within(self, kind: Kind, pair: ComponentPair) -> tuple[Change, ...]:
        if pair.old is None or pair.new is None:
            return (component_change(pair),)
        known = self._known.get((pair.old.digest, pair.new.digest))
        if known is None:
            old, new = self._ledger_of(pair.old.digest), self._ledger_of(pair.new.digest)
            from cuvee.compare.ledgers import ledger_changes  # most runs compare nothing within

            known = ledger_changes(kind, old, new) if old and new else ()
            self._known[pair.old.digest, pair.new.digest] = known = known or (component_change(pair),)
        return known


def component_change(pair: ComponentPair) -> Change:
    """A pair of components as a change, whether they differ or not."""
    component = pair.component
    old, new = (None if each is None else Side(each.digest, each.text) for each in (pair.old, pair.new))
    route = (component.origin,) if component.origin else ()
    return Change(component.kind, component.name, old, new, route=route)


def sources_of(changes: Iterable[Change]) -> set[Digest]:
    """The digests of all source texts that changes name."""
    sides = (side for change in changes for side in (change.old, change.new) if side is not None)
    return {side.source for side in sides if side.source is not None}


def _slot(component: Component) -> tuple[str, str]:
    argument = component.kind in ("parameter", "input", "file", "secret")
    return ("argument" if argument else component.kind, component.name)
