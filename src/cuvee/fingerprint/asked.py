"""Asked: what modules of the project asked of the world while they were imported, as items of a ledger.

Where a module's globals count by value their values tell already. What it did to others does not,
and neither does the statement that makes what has no content: what those have asked counts beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from cuvee.fingerprint.effects import fill_effects
from cuvee.fingerprint.holes import reads_later
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.origins import loaded_name
from cuvee.model.digest import digest_parts
from cuvee.model.entry import Observation
from cuvee.model.key import Doubt, Item

_DID = {
    "read": "read",
    "wrote": "written",
    "made": "made",
    "listed": "listed",
    "found": "looked for",
    "size": "asked how large it is",
    "stat": "asked how it is",
    "link": "followed as a link",
    "environment": "an environment variable, read",
}


class Asked(Protocol):
    """What one module has asked, as whoever watched its import tells it."""

    @property
    def observed(self) -> tuple[Observation, ...]: ...
    @property
    def doubts(self) -> tuple[str, ...]: ...
    @property
    def outside(self) -> tuple[str, ...]: ...


# By the module's name; None where nobody watched.
AskedBy = Callable[[str], Asked | None]


def module_acting(node: Node) -> str | None:
    """The module whose import a node's content is about, if it counts by what it does and not by value."""
    if node.kind == "statement":
        return loaded_name(node.subject.space)
    if node.fill is fill_effects:
        return loaded_name(node.subject[0].__dict__)
    return None


def asked_items(nodes: Iterable[Node], asked_by: AskedBy) -> tuple[list[Item], list[Doubt]]:
    """What the modules asked whose imports these nodes are about, and what forbids reuse for it."""
    items: list[Item] = []
    doubts: list[Doubt] = []
    acting = [(module, node) for node in nodes if (module := module_acting(node)) is not None]
    doubts += [_unwatched(node) for module, node in acting if asked_by(module) is None and _reads_later(node)]
    for module, node in dict(acting).items():
        asked = asked_by(module)
        if asked is None:
            continue
        items += [_item(module, node, observation) for observation in asked.observed]
        doubts += [
            Doubt(f"while {module} was imported {text}", "outside", node.file)
            for text in (*asked.outside, *asked.doubts)
        ]
    return items, doubts


def _reads_later(node: Node) -> bool:
    """Whether the global that a statement makes reads files when it is used."""
    return node.kind == "statement" and reads_later(node.subject.space.get(node.subject.name))


def _unwatched(node: Node) -> Doubt:
    """`cuvee run` watches from the start, a script or a notebook of one's own does not."""
    name = node.base.removesuffix(" (statement)")
    return Doubt(f"{name}: what it reads was named before anybody watched", "outside", node.file, node.line)


def _item(module: str, node: Node, observation: Observation) -> Item:
    name = f"{observation.path} ({_DID[observation.kind]} while {module} was imported)"
    pieces = [observation.kind.encode(), observation.path.encode("utf-8", "surrogatepass")]
    digest = digest_parts("asked", [*pieces, observation.digest or b""])
    return Item(name, "observed", digest, node.file, via=node.base)
