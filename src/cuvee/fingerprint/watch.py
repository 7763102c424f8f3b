"""The watch: whether what was fingerprinted is still as it was, without doing it all again.

Asked before every commit of a run, so it looks at identities first: a binding that leads to the
same object, of a type that cannot change, needs no second look.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.leaves import PLAIN
from cuvee.fingerprint.node import Node, Slot

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

_GONE = object()

Stamp = tuple[CodeType, tuple[Any, ...] | None, tuple[Any, ...], tuple[Any, ...]]


class Watch:
    """What a fingerprint's names led to, and what its functions were made of."""

    def __init__(self) -> None:
        self._bindings: dict[tuple[int, str], tuple[Slot, Any, Node]] = {}
        self._functions: list[tuple[Node, Stamp]] = []
        self._values: list[Node] = []
        self._looking = False

    def binding(self, slot: Slot, value: Any, node: Node) -> None:
        """A name led to this value, in the code of that node."""
        if not self._looking:
            self._bindings.setdefault((id(slot.space), slot.name), (slot, value, node))

    def unbound(self, slot: Slot, node: Node) -> None:
        """A name led nowhere."""
        self.binding(slot, _GONE, node)

    def function(self, node: Node) -> None:
        """A function has been looked at."""
        if not self._looking:
            self._functions.append((node, _stamp(node.subject)))

    def value(self, node: Node, value: Any) -> None:
        """A value has been looked at, by itself."""
        if type(value) not in PLAIN and not self._looking:
            self._values.append(node)

    def changed(self, explorer: Explorer) -> list[Node]:
        """The nodes whose subjects are not what they were."""
        self._looking = True
        try:
            return list(self._changed(explorer))
        finally:
            self._looking = False

    def _changed(self, explorer: Explorer) -> Iterator[Node]:
        for slot, value, node in self._bindings.values():
            if slot.space.get(slot.name, _GONE) is not value:
                yield explorer.node_at(slot, value) or node
        for node, stamp in self._functions:
            if not _same(stamp, _stamp(node.subject)):
                yield from _parts(node) or (node,)
        for node in self._values:
            if node.differs(explorer):
                yield node


def _stamp(function: FunctionType) -> Stamp:
    """What a function is made of, each piece to be compared by identity."""
    cells = tuple(_content(cell) for cell in function.__closure__ or ())
    keywords = (function.__kwdefaults__ or {}).items()
    own = vars(function).items()
    return (
        function.__code__,
        function.__defaults__,
        tuple(each for pair in keywords for each in pair),
        (*cells, *(each for pair in own for each in pair)),
    )


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _GONE


def _same(one: Stamp, two: Stamp) -> bool:
    pairs = zip(one[2:], two[2:], strict=True)
    return (
        one[0] is two[0]
        and one[1] is two[1]
        and all(len(a) == len(b) and all(x is y for x, y in zip(a, b, strict=True)) for a, b in pairs)
    )


def _parts(node: Node) -> list[Node]:
    """The captured values of a function that are bound anew: they say more than the function."""
    function: FunctionType = node.subject
    now = {id(_content(cell)) for cell in function.__closure__ or ()}
    held = [edge.node for edge in node.edges if edge.node.kind == "closure"]
    return [each for each in held if id(each.subject.value) not in now]
