"""Reach: all nodes that can be had from one, named, and put together as a ledger.

The walk goes breadth first along the edges in the order in which code has them, so names come
out the same in every process, whatever was looked at before.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cuvee.fingerprint import classes, readers
from cuvee.fingerprint.asked import AskedBy, asked_items
from cuvee.fingerprint.installed import Installed
from cuvee.fingerprint.node import Node, Slot
from cuvee.model.digest import digest_parts
from cuvee.model.key import Doubt, Item, Ledger, make_ledger

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer


class _Found(Struct, frozen=True):
    """How a node was first reached: from which, and through which global of a module."""

    parent: Node | None
    slot: Slot | None
    exposed: bool


class Reach:
    """One walk from one node. `installed` is given where settings of libraries count, too: for what runs."""

    def __init__(
        self, explorer: Explorer, root: Node, *, exposed: bool = False, installed: Installed | None = None
    ) -> None:
        self.explorer = explorer
        self._installed = installed
        self.found: dict[int, _Found] = {id(root): _Found(None, None, exposed)}
        self.order: list[Node] = [root]
        self.doubts: list[Doubt] = []
        self._modules: dict[str, Node] = {}
        self._exposed = exposed
        self._walk()

    def _walk(self) -> None:
        """To the end; each thing that is found to count may lead to more."""
        position = 0
        while True:
            while position < len(self.order):
                node = self.order[position]
                position += 1
                node.explore(self.explorer)
                for edge in node.edges:
                    self._reach(edge.node, node, edge.slot, edge.exposed)
                for name in node.modules:
                    self._modules.setdefault(name, node)
                if node.holes and node.kind not in ("constant", "statement"):
                    self._mend(node)
            if not self._extend() and not self._reach_settings():
                return

    def _reach(self, node: Node, parent: Node, slot: Slot | None = None, exposed: bool = False) -> None:
        known = self.found.get(id(node))
        self._exposed |= exposed
        if known is None:
            self.found[id(node)] = _Found(parent, slot, exposed)
            self.order.append(node)
        elif exposed and not known.exposed:
            self.found[id(node)] = replace(known, exposed=True)

    def _mend(self, node: Node) -> None:
        """Something without content is in a node: the statement that makes it counts instead."""
        holes = [hole for hole in node.holes if not hole.harmless]
        slot = self._slot_of(node)
        if holes and slot is not None:
            from cuvee.fingerprint.slots import statement_node  # most of what is reached has content

            self._reach(statement_node(self.explorer, slot), node)
            return
        for hole in holes:
            text = f"{node.base}: a {hole.text}, which has no content"
            self.doubts.append(Doubt(text, "refused", node.file, node.line))

    def _slot_of(self, node: Node) -> Slot | None:
        """The nearest global that a node hangs from."""
        current: Node | None = node
        while current is not None:
            found = self.found[id(current)]
            if found.slot is not None:
                return found.slot
            current = found.parent
        return None

    def _extend(self) -> bool:
        """Effects of imports, and what counts if it is read; whether there was more."""
        before = len(self.order)
        for name, node in self._imported():
            effects = self.explorer.imported(name).effects
            if effects is not None:
                self._reach(effects, node)
        words: frozenset[str] = frozenset().union(*(node.words for node in self.order if node.words))
        if words or self._exposed:
            self._look_beside(words)
        return len(self.order) > before

    def _look_beside(self, words: frozenset[str]) -> None:
        """Reach what counts because of these words, or of what is exposed."""
        from cuvee.fingerprint.beside import beside  # most code has no such words

        for node in list(self.order):
            for more in beside(self.explorer, words, node, self.found[id(node)].exposed):
                self._reach(more, node)
            if node.kind == "class" and not words.isdisjoint(readers.SUBCLASSES):
                self._reach_subclasses(node)

    def _reach_settings(self) -> bool:
        """What other modules have done to libraries that were reached; whether there was more."""
        if self._installed is None:
            return False
        before = len(self.order)
        reached = {package for node in self.order for package in node.packages}
        imported = {name for name, _ in self._imported()}
        for node in self.explorer.settings.nodes(imported, reached, self._installed):
            self._reach(node, self.order[0])
        return len(self.order) > before

    def _reach_subclasses(self, node: Node) -> None:
        """What asks a class for its subclasses depends on all that there are."""
        for cls in sorted(
            type.__subclasses__(node.subject), key=lambda cls: (cls.__module__, cls.__qualname__)
        ):
            self._reach(classes.class_node(self.explorer, cls), node)

    def _imported(self) -> list[tuple[str, Node]]:
        """The project's modules that are imported where the nodes live, and what these import in turn."""
        waiting = list(self._modules.items())
        seen = set(self._modules)
        for name, node in waiting:
            for imported in self.explorer.imported(name).modules:
                if imported not in seen:
                    seen.add(imported)
                    waiting.append((imported, node))
        return waiting

    @cached_property
    def names(self) -> dict[int, str]:
        """The name of each node, no two alike: functions and classes have the first choice."""
        taken: set[str] = set()
        names: dict[int, str] = {}
        for first in (True, False):
            for node in self.order:
                if (node.kind in ("function", "class")) is first:
                    names[id(node)] = self._name(node, taken)
                    taken.add(names[id(node)])
        return names

    def _name(self, node: Node, taken: set[str]) -> str:
        base = node.base
        slot = self.found[id(node)].slot
        if slot is not None and ("<lambda>" in base or "<locals>" in base):
            base = f"{base} ({slot.name})"
        if base in taken and node.kind not in ("function", "class"):
            base = f"{base} ({node.kind})"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}#{number}"
        return name

    def ledger(self, installed: Installed, asked_by: AskedBy | None = None) -> Ledger:
        """All that was found, item by item."""
        names = self.names
        items = [self._item(node, names) for node in self.order]
        packages: dict[str, str] = {}
        generators: dict[str, str] = {}
        doubts: dict[Doubt, None] = dict.fromkeys(self.doubts)
        for node in self.order:
            doubts.update(dict.fromkeys(node.doubts))
            for package in node.packages:
                packages.setdefault(package, names[id(node)])
            for generator in node.generators:
                generators.setdefault(generator, names[id(node)])
        items += _distributions(packages, installed)
        items += _generators(generators)
        if asked_by is not None:
            asked, outside = asked_items(self.order, asked_by)
            items += asked
            doubts.update(dict.fromkeys(outside))
        return make_ledger("code", tuple(items), tuple(doubts))

    def _item(self, node: Node, names: dict[int, str]) -> Item:
        digest = node.digest_among(tuple([names[id(edge.node)] for edge in node.edges]))
        parent = self.found[id(node)].parent
        via = names[id(parent)] if parent is not None else ""
        return Item(names[id(node)], node.kind, digest, node.file, node.line, via)


def _distributions(packages: dict[str, str], installed: Installed) -> list[Item]:
    """The distributions that installed modules belong to. Their versions are the environment's."""
    found: dict[str, Item] = {}
    for package, via in packages.items():
        for name in installed.owners(package):
            digest = digest_parts("distribution", [name.encode()])
            found.setdefault(name, Item(name, "distribution", digest, via=via))
    return list(found.values())


def _generators(found: dict[str, str]) -> list[Item]:
    """Python's own random generators. Those of packages come with their distributions."""
    return [
        Item(name, "generator", digest_parts("generator", [name.encode()]), via=via)
        for name, via in found.items()
    ]
