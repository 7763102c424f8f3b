"""Code: all of the project that a function or a class can reach, as a ledger."""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

from cuvee.fingerprint.explorer import Explorer
from cuvee.fingerprint.families import unwrapped
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.reach import Reach
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.value import value_node
from cuvee.model.digest import Digest
from cuvee.model.key import Ledger


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
        known = memo.ledgers[id(function)] = (function, _ledger(explorer, _root(explorer, function), memo))
    return known[1]


def fingerprint_class(thing: Any, scope: Scope, memo: Memo) -> Digest | None:
    """The fingerprint of a class, a function or a module of the project, with all that it reaches;
    None for one from elsewhere."""
    if not isinstance(thing, type | FunctionType | ModuleType):
        return None
    known = memo.things.get(id(thing))
    if known is None:
        known = memo.things[id(thing)] = (thing, _thing(thing, memo.explorer(scope), memo))
    return known[1]


def _thing(thing: Any, explorer: Explorer, memo: Memo) -> Digest | None:
    node = Node("thing", "", thing, None)
    value_node(explorer, node, thing)
    return Reach(explorer, node).ledger(memo.installed).digest if node.edges else None


def changed_globals(memo: Memo, scope: Scope) -> tuple[str, ...]:
    """The items of code fingerprinted so far whose content is not what it was then, by name."""
    explorer = memo.explorer(scope)
    changed = {id(node): node for node in explorer.watch.changed(explorer)}
    names = {reach[each] for reach in memo.names for each in changed if each in reach}
    return tuple(sorted(names))


def _root(explorer: Explorer, function: Any) -> Node:
    if isinstance(function, FunctionType):
        return explorer.function_node(function, entry=True)
    node = Node("entry", type(function).__qualname__, function, None)
    value_node(explorer, node, function)
    return node


def _ledger(explorer: Explorer, root: Node, memo: Memo) -> Ledger:
    reach = Reach(explorer, root)
    memo.names.append(reach.names)
    return reach.ledger(memo.installed)
