"""Meetings: files on which two calls of a run meet of which neither takes what the other gives.

Which of them comes first nobody has said, so what is read there, or left there, is chance: both are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from cuvee.engine.files import asked_of
from cuvee.model.entry import Observation
from cuvee.model.graph import Node

# Whether the first of two nodes takes, at any depth, what the second gives.
Follows = Callable[[int, int], bool]


class _Visit(Struct, frozen=True):
    """A call that asked for a file or wrote it: when it began and ended, the last node traced by then."""

    node: Node
    began: float
    ended: float
    traced: int


class Meetings:
    """Is told what each call has asked of files, as the calls end. Of each file it speaks once."""

    def __init__(self, follows: Follows) -> None:
        self._follows = follows
        self._traced = -1
        self._asked: dict[str, _Visit] = {}
        self._read: dict[str, _Visit] = {}
        self._wrote: dict[str, _Visit] = {}
        self._told: set[str] = set()

    def add(self, nodes: Sequence[Node]) -> None:
        """These have become known, in the order of tracing."""
        if nodes:
            self._traced = max(self._traced, nodes[-1].id)

    def reused(self, node: Node, observed: Iterable[Observation], now: float) -> None:
        """A result was reused that depended on these."""
        self._note_asked(_Visit(node, now, now, self._traced), observed)

    def ran(self, node: Node, observed: Sequence[Observation], began: float, seconds: float) -> list[str]:
        """A call has ended that asked of files and wrote to them; what is to be said of that."""
        visit = _Visit(node, began, began + seconds, self._traced)
        wrote = sorted(item.path for item in observed if item.kind == "wrote")
        read = sorted(item.path for item in observed if item.kind == "read")
        self._note_asked(visit, observed)
        said = [text for name in wrote for text in self._said_of_writing(visit, name)]
        said += [text for name in read for text in self._said_of_reading(visit, name)]
        self._read.update(dict.fromkeys(read, visit))
        self._wrote.update(dict.fromkeys(wrote, visit))
        return said

    def _note_asked(self, visit: _Visit, observed: Iterable[Observation]) -> None:
        for name in asked_of(observed):
            last = self._asked.get(name)
            if last is None or last.node.id < visit.node.id:
                self._asked[name] = visit

    def _said_of_writing(self, writer: _Visit, name: str) -> list[str]:
        asker, other, reader = self._asked.get(name), self._wrote.get(name), self._read.get(name)
        if asker is not None and asker.node.id > writer.node.id:
            return [_late(asker.node.path, writer.node.path, name)]
        if other is not None and self._is_chance(other, writer, name):
            return [_two(*_in_order(other.node, writer.node), name)]
        if reader is not None and reader.ended > writer.began and self._is_chance(reader, writer, name):
            return [_beside(reader.node.path, writer.node.path, name)]
        return []

    def _said_of_reading(self, reader: _Visit, name: str) -> list[str]:
        writer = self._wrote.get(name)
        if writer is None or writer.node.id < reader.node.id or not self._is_chance(reader, writer, name):
            return []
        return [_beside(reader.node.path, writer.node.path, name)]

    def _is_chance(self, one: _Visit, other: _Visit, name: str) -> bool:
        """Whether nothing says which of the two comes first. Once for a file: all others are like it."""
        a, b = one.node.id, other.node.id
        if name in self._told or a == b or b > one.traced or a > other.traced:
            return False
        if self._follows(a, b) or self._follows(b, a):
            return False
        self._told.add(name)
        return True


def _in_order(one: Node, other: Node) -> tuple[str, str]:
    first, second = sorted((one, other), key=lambda node: node.id)
    return first.path, second.path


def _late(reader: str, writer: str, file: str) -> str:
    return (
        f"{reader} asked for {file} before {writer} wrote it in this run: "
        f"give {reader} what {writer} returns, so that it waits"
    )


def _beside(reader: str, writer: str, file: str) -> str:
    return (
        f"{reader} reads {file}, which {writer} wrote in this run, and which of them comes first is chance: "
        f"give {writer} what {reader} returns, or {reader} what {writer} returns"
    )


def _two(one: str, other: str, file: str) -> str:
    return (
        f"{one} and {other} both wrote {file} in this run, and which of them is left there is chance: "
        "have each write a file of its own, or give one what the other returns"
    )
