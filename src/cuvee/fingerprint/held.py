"""Held values: defaults and captured variables, items of their own so that a change can be named."""

from __future__ import annotations

from types import CellType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.holes import look_refused
from cuvee.fingerprint.node import Node

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer


class _Held:
    """A value, and whether foreign code holds it."""

    __slots__ = ("exposed", "value")

    def __init__(self, value: Any, exposed: bool) -> None:
        self.value = value
        self.exposed = exposed


def cell_part(explorer: Explorer, node: Node, name: str, cell: CellType, *, exposed: bool = False) -> bytes:
    """The bytes that stand for a captured variable in its function's content."""
    try:
        value = cell.cell_contents
    except ValueError:
        return b"empty"
    return _part(explorer, node, "closure", f"{node.base}[{name}]", value, exposed)


def default_part(explorer: Explorer, node: Node, name: str, value: Any) -> bytes:
    """The bytes that stand for a parameter's default in its function's content."""
    return _part(explorer, node, "default", f"{node.base}({name})", value, exposed=False)


def _part(explorer: Explorer, node: Node, kind: str, base: str, value: Any, exposed: bool) -> bytes:
    if look_refused(value) is not None or isinstance(value, FunctionType | type | ModuleType):
        encoder = Encoder(explorer, node)
        encoder.exposed = exposed
        return encoder.encode(value)
    held = _Held(value, exposed)
    return node.link(
        explorer.node(kind, value, base, lambda: Node(kind, base, held, _fill, node.file, node.line))
    )


def _fill(explorer: Explorer, node: Node) -> list[bytes]:
    encoder = Encoder(explorer, node)
    encoder.exposed = node.subject.exposed
    explorer.watch.value(node, node.subject.value)
    return [encoder.encode(node.subject.value)]
