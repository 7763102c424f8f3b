"""Keys: the digest of all that a call depends on, with every component kept.

Keeping the components is what lets any two keys be compared: a reason, a plan and a diff are
all made of two lists of components.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal, get_args

from cuvee.model.digest import (
    DIGEST_LENGTH,
    FRAMED_DIGEST,
    Digest,
    digest_parts,
    digest_whole,
    frame_head,
    frame_part,
    frame_parts,
)
from cuvee.model.value import Value

ComponentKind = Literal[
    "task", "code", "environment", "parameter", "input", "file", "secret", "chance", "version"
]


# A value is the same whether it was written in the body, read from a file or made by a task.
_ARGUMENTS = ("parameter", "input", "file")
_TAGS = {kind: kind.encode() if kind not in _ARGUMENTS else b"argument" for kind in get_args(ComponentKind)}


class Component(Value, frozen=True, array_like=True):
    """One thing that a call depends on.

    `name` tells components of one kind apart (the parameter's name); `text` is the value as a
    person reads it, bounded (`8`, `'white'`, `DataFrame`); `origin` the path of the call that an
    input is from, or of a parameter that is an item of what a call gave. Neither is part of the key.
    """

    kind: ComponentKind
    name: str
    digest: Digest
    text: str = ""
    origin: str = ""


class Key(Value, frozen=True):
    """What a result is looked up by."""

    digest: Digest
    components: tuple[Component, ...]


class Stem:
    """The first components of the keys of many calls, written once for all of them."""

    __slots__ = ("components", "framed")

    def __init__(self, components: Iterable[Component] = ()) -> None:
        self.components = tuple(components)
        self.framed = b"".join(
            _slot(each.kind, each.name) + frame_part(each.digest) for each in self.components
        )


def make_key(components: Collection[Component], stem: Stem | None = None) -> Key:
    """The key of these components, after those of the stem: tagged, length-prefixed, with order and kind."""
    stem = stem or _BARE
    pieces = [frame_head("key", _PIECES * (len(stem.components) + len(components))), stem.framed]
    for component in components:
        digest = component.digest
        if len(digest) == DIGEST_LENGTH:  # as nearly always
            pieces += (_before_digest(component.kind, component.name), digest)
        else:
            pieces += (_slot(component.kind, component.name), frame_part(digest))
    return Key(digest_whole(b"".join(pieces)), (*stem.components, *components))


# A component's tag, its name and its digest.
_PIECES = 3


@lru_cache(maxsize=4096)
def _slot(kind: ComponentKind, name: str) -> bytes:
    return frame_parts((_TAGS[kind], name.encode()))


@lru_cache(maxsize=4096)
def _before_digest(kind: ComponentKind, name: str) -> bytes:
    return _slot(kind, name) + FRAMED_DIGEST


_BARE = Stem()


def seed_of(key: Key) -> Digest:
    """What global random state is set from: the task's name, its arguments and the run's seed where that
    counts, all of which are in the key. An unseeded model is the same model tomorrow, and folds differ."""
    pieces: list[bytes] = []
    for component in key.components:
        if component.kind not in ("code", "environment"):
            pieces += (component.name.encode(), component.digest)
    return digest_parts("chance", pieces)


BETWEEN_STATEMENTS = "; "
"""Stands between the statements in the text of an item that is all which a module does to others."""


class Item(Value, frozen=True):
    """One thing that code reaches: a function, a class, a constant, a distribution, a module's source.

    `name` is unique in its ledger: `features.scale`, `features.LIMIT`, `numpy 2.1.0`. `via` is the
    name of the item that it was first reached from. `text` is a short value as a person reads it,
    `source` the digest of its source text as it was loaded; no fingerprint is made of these two.
    """

    name: str
    kind: str
    digest: Digest
    file: str = ""
    line: int = 0
    via: str = ""
    text: str = ""
    source: Digest | None = None


class Doubt(Value, frozen=True):
    """A reference that could not be resolved, and what was done about it.

    `widened` tells how far the net went: `module`, `package`, `project`; or `refused`: even
    that cannot be trusted and the call is not reused. `clock`: it gives another value each time it is
    asked, for the time goes on; `generator`: for nobody has seeded it. `outside`: a module has asked
    the network or another program while it was imported.
    """

    reference: str
    widened: Literal["module", "package", "project", "refused", "clock", "generator", "outside"]
    file: str = ""
    line: int = 0


class Ledger(Value, frozen=True):
    """All that makes up one fingerprint of code or of an environment, item by item."""

    digest: Digest
    items: tuple[Item, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def refused(self) -> tuple[Doubt, ...]:
        """The doubts that forbid reuse."""
        return tuple(doubt for doubt in self.doubts if doubt.widened == "refused")

    @property
    def outside(self) -> tuple[Doubt, ...]:
        """Where the code asks for the date, or its modules what lies outside: that forbids reuse, unless
        the task answers for it."""
        return tuple(doubt for doubt in self.doubts if doubt.widened in ("clock", "outside"))

    @property
    def unseeded(self) -> tuple[Doubt, ...]:
        """Where the code makes a random generator of its own that no seed reaches."""
        return tuple(doubt for doubt in self.doubts if doubt.widened == "generator")


def make_ledger(tag: str, items: tuple[Item, ...], doubts: tuple[Doubt, ...] = ()) -> Ledger:
    """A ledger with its digest: of the items' kinds, names and digests, in a fixed order."""
    ordered = tuple(sorted(items, key=lambda item: (item.kind, item.name)))
    pieces: list[bytes] = []
    for item in ordered:
        pieces += (item.kind.encode(), item.name.encode(), item.digest)
    return Ledger(digest_parts(tag, pieces), ordered, doubts)
