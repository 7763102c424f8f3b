"""Two fingerprints of code, or of an environment, item by item."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cuvee.model.change import Change, Side
from cuvee.model.key import Item, Ledger

Kind = Literal["code", "environment"]

# What somebody writes, before what follows from it.
_WRITTEN = ("function", "class", "constant", "default", "closure", "statement", "module")


class Pair(NamedTuple):
    """One item as it was and as it is; None where it was not, or is not, there."""

    old: Item | None
    new: Item | None

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.old is None or self.new is None or self.old.digest != self.new.digest

    @property
    def item(self) -> Item:
        """The item as it is, else as it was."""
        item = self.new or self.old
        assert item is not None
        return item


def item_pairs(kind: Kind, old: Ledger | None, new: Ledger | None) -> list[Pair]:
    """The items of both, side by side: those of `new` in their order, then what is gone."""
    before = {_slot(kind, item): item for item in (old.items if old else ())}
    after = {_slot(kind, item): item for item in (new.items if new else ())}
    gone = [Pair(item, None) for slot, item in before.items() if slot not in after]
    return [*(Pair(before.get(slot), item) for slot, item in after.items()), *gone]


def ledger_changes(kind: Kind, old: Ledger, new: Ledger) -> tuple[Change, ...]:
    """The items that differ: changed ones first, then new, then gone."""
    pairs = [pair for pair in item_pairs(kind, old, new) if pair.differs]
    pairs.sort(key=weight)
    routes = Routes(new), Routes(old)
    return tuple(item_change(kind, pair, routes[pair.new is None]) for pair in pairs)


def item_change(kind: Kind, pair: Pair, routes: Routes) -> Change:
    """A pair of items as a change, whether they differ or not."""
    item = pair.item
    name = _named(kind, item)[0]
    old, new = (_side(kind, each) for each in pair)
    return Change(kind, name, old, new, item.kind, item.file, item.line, routes.to(item))


class Routes:
    """The ways through one ledger, from the task to each item, each the shortest there is."""

    def __init__(self, ledger: Ledger) -> None:
        self._items = {item.name: item for item in ledger.items}

    def to(self, item: Item) -> tuple[str, ...]:
        """The names on the way to an item, the item's own last: `wine.train()`, `features.scale()`."""
        steps = [shown_name(item)]
        seen = {item.name}
        while item.via in self._items and item.via not in seen:
            seen.add(item.via)
            item = self._items[item.via]
            steps.append(shown_name(item))
        return tuple(reversed(steps))


def shown_name(item: Item) -> str:
    """An item's name as people write it: `features.scale()` of a function, `scale()` of a notebook's."""
    name = item.name.removeprefix("__main__.")
    return f"{name}()" if item.kind == "function" else name


def _slot(kind: Kind, item: Item) -> tuple[str, str]:
    return item.kind, _named(kind, item)[0]


def _named(kind: Kind, item: Item) -> tuple[str, str]:
    """What an item is, and what it is now: `numpy` and `2.1.0`. Of code it is all in the name."""
    if kind == "code":
        return item.name, item.text
    if item.kind == "platform":
        return "platform", item.name
    name, _, version = item.name.rpartition(" ")
    return (name, version) if name else (item.name, "")


def _side(kind: Kind, item: Item | None) -> Side | None:
    return None if item is None else Side(item.digest, _named(kind, item)[1], item.source)


def weight(pair: Pair) -> tuple[int, int]:
    """What a person would want to hear of first: what somebody wrote anew, before what came and went."""
    state = 2 if pair.new is None else 0 if pair.old is not None else 1
    kind = pair.item.kind
    return state, _WRITTEN.index(kind) if kind in _WRITTEN else len(_WRITTEN)
