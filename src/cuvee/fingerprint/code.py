"""Code: all of the project that a function or a class can reach, as a ledger."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

from msgspec import structs

from cuvee.fingerprint.excerpts import Excerpt, excerpt_of
from cuvee.fingerprint.explorer import Explorer
from cuvee.fingerprint.families import unwrapped
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.reach import Reach
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.value import value_node
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.key import Item, Ledger

# Items of a ledger that no node stands for.
_NOT_SEEN = ("distribution", "generator")


def fingerprint_code(function: Any, scope: Scope, memo: Memo) -> Ledger:
    """All that a function can reach in the project, item by item, as it is loaded.

    The function's own defaults are left out: they are parameters of a call. Items of kind
    `distribution` name the installed distributions that it reaches; their versions are the
    environment's to tell. What could not be resolved is among the doubts; `refused` ones forbid
    to reuse a result.
    """
    function = unwrapped(function)
    known = memo.ledgers.get(id(function))
    if known is None:
        explorer = memo.explorer(scope)
        with nothing_collected():
            ledger = _ledger(explorer, _root(explorer, function), memo)
        known = memo.ledgers[id(function)] = (function, ledger)
    return known[1]


@contextmanager
def nothing_collected() -> Iterator[None]:
    """While this is open Python looks for no garbage, where no code of the user's runs and many values are
    made that lead to no cycle: to go through these again and again takes up to a third of the time."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def fingerprint_class(thing: Any, scope: Scope, memo: Memo) -> Digest | None:
    """The fingerprint of a class, a function or a module of the project, with all that it reaches;
    None for one from elsewhere."""
    if not isinstance(thing, type | FunctionType | ModuleType):
        return None
    known = memo.things.get(id(thing))
    if known is None:
        known = memo.things[id(thing)] = (thing, _thing(thing, memo.explorer(scope), memo))
    return known[1]


def fingerprint_effects(module: str, scope: Scope, memo: Memo) -> Ledger | None:
    """What the import of a module of the project, by the name that it is loaded as, does to code from
    elsewhere, with all that this reaches; None where it does nothing."""
    explorer = memo.explorer(scope)
    node = explorer.imported(module).effects
    return None if node is None else _ledger(explorer, node, memo)


def _thing(thing: Any, explorer: Explorer, memo: Memo) -> Digest | None:
    node = Node("thing", "", thing, None)
    value_node(explorer, node, thing)
    return Reach(explorer, node).ledger(memo.installed, memo.asked_by).digest if node.edges else None


def described_code(ledger: Ledger, memo: Memo) -> tuple[Ledger, dict[Digest, str]]:
    """The same ledger with what a person sees of its items, and the source texts that they name.

    Reading those takes a while, so it is for what is new on record, or to be explained. A ledger
    that this memo did not make stays as it is.
    """
    reaches = memo.reaches.get(ledger.digest)
    if reaches is None:
        return ledger, {}
    reach = reaches[0]
    nodes = {reach.names[id(node)]: node for node in reach.order}
    sources: dict[Digest, str] = {}
    items: list[Item] = []
    for item in ledger.items:
        node = nodes.get(item.name) if item.kind not in _NOT_SEEN else None
        if node is not None:
            excerpt, source = _excerpt(reach.explorer, node, memo)
            if source is not None:
                sources[source] = excerpt.source
            item = structs.replace(item, text=excerpt.value, source=source)
        items.append(item)
    return structs.replace(ledger, items=tuple(items)), sources


def _excerpt(explorer: Explorer, node: Node, memo: Memo) -> tuple[Excerpt, Digest | None]:
    """What is seen of a node, found once however many ledgers it is in, and its source's digest."""
    known = memo.excerpts.get(id(node))
    if known is None:
        excerpt = excerpt_of(explorer, node)
        text = excerpt.source.encode("utf-8", "surrogatepass")
        known = memo.excerpts[id(node)] = (excerpt, digest_bytes(text) if text else None)
    return known


def nodes_of(ledger: Ledger, memo: Memo) -> list[Node]:
    """What a ledger is made of; nothing, of one that this memo has not made."""
    reaches = memo.reaches.get(ledger.digest)
    return reaches[0].order if reaches else []


def changed_globals(memo: Memo, scope: Scope) -> tuple[str, ...]:
    """The items of code fingerprinted so far whose content is not what it was then, by name."""
    explorer = memo.explorer(scope)
    changed = {id(node): node for node in explorer.watch.changed(explorer)}
    reaches = [reach.names for same in memo.reaches.values() for reach in same]
    names = {reach[each] for reach in reaches for each in changed if each in reach}
    return tuple(sorted(names))


def _root(explorer: Explorer, function: Any) -> Node:
    if isinstance(function, FunctionType):
        return explorer.function_node(function, entry=True)
    node = Node("entry", type(function).__qualname__, function, None)
    value_node(explorer, node, function)
    return node


def _ledger(explorer: Explorer, root: Node, memo: Memo) -> Ledger:
    reach = Reach(explorer, root, installed=memo.installed)
    ledger = reach.ledger(memo.installed, memo.asked_by)
    memo.reaches.setdefault(ledger.digest, []).append(reach)
    return ledger
