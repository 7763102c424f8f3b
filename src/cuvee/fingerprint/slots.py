"""Slots: the globals of modules that are neither functions nor classes.

They count by value. What has no content of its own (a client, a lock) counts by the statements
that make it, and by all that these reach.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.names import absolute
from cuvee.fingerprint.node import Node, Slot
from cuvee.fingerprint.origins import loaded_name, module_of
from cuvee.fingerprint.statements import statement_pieces

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer


def slot_node(explorer: Explorer, slot: Slot) -> Node:
    """The node of a module's global, by value; of the one that it was imported from, if it still is that."""
    slot = _first_home(explorer, slot)
    return explorer.node("constant", slot.space, slot.name, lambda: _start(explorer, slot, "constant"))


def statement_node(explorer: Explorer, slot: Slot) -> Node:
    """The node of the statements that make a module's global."""
    return explorer.node("statement", slot.space, slot.name, lambda: _start(explorer, slot, "statement"))


def _first_home(explorer: Explorer, slot: Slot) -> Slot:
    """The global that a name was imported from, through any number of modules."""
    seen: set[int] = set()
    while id(slot.space) not in seen:
        seen.add(id(slot.space))
        source = explorer.source_of(slot.space)
        name, attributes = source.imported.get(slot.name, ("", ())) if source else ("", ())
        module = sys.modules.get(absolute(name, slot.space)) if attributes else None
        if module is None or explorer.origins.of_loaded(module) != "project":
            break
        home = Slot(vars(module), attributes[0])
        if home.space.get(home.name) is not slot.space[slot.name]:
            break
        slot = home
    return slot


def _start(explorer: Explorer, slot: Slot, kind: str) -> Node:
    source = explorer.source_of(slot.space)
    file = slot.space.get("__file__")
    shown = explorer.place(file) if isinstance(file, str) else ""
    line = source.line_of(slot.name) if source else 0
    base = f"{module_of(slot.space)}.{slot.name}"
    if kind == "constant":
        node = Node(kind, base, slot, _fill, shown, line)
    else:
        node = Node(kind, f"{base} (statement)", slot, _fill_statement, shown, line)
    node.modules[loaded_name(slot.space)] = None
    return node


def _fill(explorer: Explorer, node: Node) -> list[bytes]:
    slot: Slot = node.subject
    content = Encoder(explorer, node).encode(slot.space[slot.name])
    explorer.watch.value(node, slot.space[slot.name])
    if node.holes:
        source = explorer.source_of(slot.space)
        known = source is not None and bool(source.making(slot.name))
        if known or not all(hole.harmless for hole in node.holes):
            node.link(statement_node(explorer, slot), slot)
    return [content]


def _fill_statement(explorer: Explorer, node: Node) -> list[bytes]:
    slot: Slot = node.subject
    source = explorer.source_of(slot.space)
    if source is None or not source.making(slot.name):
        node.doubt(f"{slot.name}: no statement of its module's source makes it", "refused")
        return [b"unknown"]
    if not source.trusted:
        node.doubt(f"{slot.name}: its module's source was edited after it was imported", "refused")
    pieces: list[bytes] = []
    for statement in source.making(slot.name):
        pieces += statement_pieces(explorer, node, slot.space, statement, slot.name)
    return pieces
