"""Values: what a value's content comes to, typed and without sampling."""

from __future__ import annotations

from typing import Any

from cuvee.errors import CannotFingerprint
from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.explorer import Explorer
from cuvee.fingerprint.memo import Carried, Memo
from cuvee.fingerprint.node import Edge, Node
from cuvee.fingerprint.reach import Reach
from cuvee.fingerprint.scope import Scope
from cuvee.model.digest import Digest, digest_parts


def fingerprint_value(value: Any, scope: Scope, memo: Memo) -> Digest:
    """The digest of a value's content, with the code of the project that it carries.

    A class can say what identifies its instances by a method `__cuvee_fingerprint__`. Raises
    CannotFingerprint for a value, or a part of it, that has no content: a socket, a client.
    """
    explorer = memo.explorer(scope)
    node = Node("value", type(value).__qualname__, value, None)
    value_node(explorer, node, value)
    for hole in node.holes:
        if not hole.harmless:
            raise CannotFingerprint(_advice(value, hole.text))
    if not node.edges:
        return node.content
    return digest_parts("value", [node.content, *(_code(edge, explorer, memo, value) for edge in node.edges)])


def _code(edge: Edge, explorer: Explorer, memo: Memo, value: Any) -> Digest:
    """All that a function or a class in a value can reach. Many values share it."""
    key = (id(edge.node), edge.exposed)
    known = memo.carried.get(key)
    if known is None:
        reach = Reach(explorer, edge.node, exposed=edge.exposed)
        ledger = reach.ledger(memo.installed)
        # Two classes that lead to each other reach the same.
        which = digest_parts("carried", [reach.names[id(edge.node)].encode(), ledger.digest])
        known = memo.carried[key] = Carried(edge.node, which, ledger.refused)
    if known.refused:
        raise CannotFingerprint(_advice(value, known.refused[0].reference))
    return known.digest


def value_node(explorer: Explorer, node: Node, value: Any) -> None:
    """Fill a node that stands for a value by itself."""
    node.fill = lambda _, own: [Encoder(explorer, own).encode(value)]
    node.explore(explorer)


def _advice(value: Any, hole: str) -> str:
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    inside = "" if hole == kind else f" (in a {kind})"
    return (
        f"a {hole}{inside} has no content that a key could be made of: make it inside the task from plain "
        "values, give its class a method __cuvee_fingerprint__ that returns what identifies it, or say so by "
        "cuvee.register_fingerprint(its_class, function)"
    )
