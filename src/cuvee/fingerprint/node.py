"""Nodes: the things that code reaches, each with its own content and its edges to the next.

A node's content never has another node's content in it, so cycles need no care: a fingerprint is
made of all the nodes that can be reached, told apart by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from cuvee.model.digest import Digest, digest_parts
from cuvee.model.key import Doubt

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer
    from cuvee.fingerprint.references import Reference

Widened = Literal["module", "package", "project", "refused", "clock", "generator"]


class Slot(Struct, frozen=True):
    """A module's global: where a value hangs that has no name of its own."""

    space: dict[str, Any]
    name: str


class Hole(Struct, frozen=True):
    """A place in a value where something without content sits. `harmless`: no result depends on it."""

    text: str
    harmless: bool


class Edge(Struct, frozen=True):
    """A use of another node. `exposed`: through foreign code, which may look at annotations."""

    node: Node
    slot: Slot | None = None
    exposed: bool = False


class Node:
    """One thing that code reaches. Filled when it is first explored, fixed from then on.

    `base` is its name as far as it goes: two closures made by one function share it. `subject` is
    what it stands for, kept so that its identity stays its own. `at` is the line, or the
    reference, being looked at; `runs` says that it names a task or a pipeline.
    """

    __slots__ = (
        "_among",
        "at",
        "base",
        "content",
        "doubts",
        "edges",
        "explored",
        "file",
        "fill",
        "generators",
        "holes",
        "kind",
        "line",
        "modules",
        "numbers",
        "packages",
        "runs",
        "subject",
        "words",
    )

    def __init__(
        self, kind: str, base: str, subject: Any, fill: Fill | None, file: str = "", line: int = 0
    ) -> None:
        self.kind = kind
        self.base = base
        self.subject = subject
        self.fill = fill
        self.file = file
        self.line = line
        self.at: int | Reference = line
        self.explored = False
        self.content = Digest(b"")
        self.edges: list[Edge] = []
        self.doubts: list[Doubt] = []
        self.holes: list[Hole] = []
        self.packages: dict[str, None] = {}
        self.generators: dict[str, None] = {}
        self.modules: dict[str, None] = {}
        self.runs = False
        self.words: frozenset[str] = frozenset()
        self.numbers: dict[int, int] = {}
        self._among: tuple[tuple[str, ...], Digest] | None = None

    def explore(self, explorer: Explorer) -> None:
        """Fill it, if that has not been done."""
        if not self.explored and self.fill is not None:
            self.explored = True
            self.content = digest_parts(self.kind, self.fill(explorer, self))

    def digest_among(self, names: tuple[str, ...]) -> Digest:
        """Its digest where what its edges lead to has these names. It has the same in most fingerprints."""
        if self._among is None or self._among[0] != names:
            pieces = [name.encode("utf-8", "surrogatepass") for name in names]
            self._among = (names, digest_parts("item", [self.content, *pieces]))
        return self._among[1]

    def differs(self, explorer: Explorer) -> bool:
        """Whether its subject has changed since it was explored."""
        now = Node(self.kind, self.base, self.subject, self.fill, self.file, self.line)
        now.explore(explorer)
        same = [id(edge.node) for edge in now.edges] == [id(edge.node) for edge in self.edges]
        return now.content != self.content or not same

    def link(self, node: Node, slot: Slot | None = None, *, exposed: bool = False) -> bytes:
        """Note the use of another node; the bytes that stand for it in this node's content."""
        number = self.numbers.get(id(node))
        if number is None:
            number = self.numbers[id(node)] = len(self.edges)
            self.edges.append(Edge(node, slot, exposed))
        elif exposed and not self.edges[number].exposed:
            self.edges[number] = replace(self.edges[number], exposed=True)
        return b"@" + number.to_bytes(4, "little")

    def doubt(self, reference: str, widened: Widened) -> None:
        """Note a reference that could not be resolved, and how far the net went."""
        line = self.at if isinstance(self.at, int) else self.at.line
        self.doubts.append(Doubt(reference, widened, self.file, line or self.line))

    def take(self, other: Node) -> list[bytes]:
        """Make another node's edges and findings its own; the bytes that stand for the edges."""
        self.holes += other.holes
        self.doubts += other.doubts
        self.packages.update(other.packages)
        self.generators.update(other.generators)
        self.modules.update(other.modules)
        return [self.link(edge.node, edge.slot, exposed=edge.exposed) for edge in other.edges]


Fill = Callable[["Explorer", Node], list[bytes]]
