"""Memo: what has been fingerprinted already, passed in by whoever owns a run."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from cuvee.fingerprint.asked import AskedBy
from cuvee.fingerprint.explorer import Explorer
from cuvee.fingerprint.installed import Installed
from cuvee.fingerprint.lasting import Lasting, leave_lasting
from cuvee.model.digest import Digest
from cuvee.model.key import Doubt, Ledger

if TYPE_CHECKING:
    from cuvee.fingerprint.excerpts import Excerpt
    from cuvee.fingerprint.node import Node
    from cuvee.fingerprint.reach import Reach
    from cuvee.fingerprint.scope import Scope


class Carried(Struct, frozen=True):
    """What a function or a class that values hold came to, and what forbids to use it."""

    node: Node
    digest: Digest
    refused: tuple[Doubt, ...]


class Memo:
    """Remembers for one run what things came to when they were first fingerprinted.

    Globals count as they were then: take a new memo for a new run. `lasting` is what an earlier run in the
    same process has left. `asked_by` tells what a module has asked of the world while it was imported. Not
    for several threads at once.
    """

    def __init__(self, lasting: Lasting | None = None, asked_by: AskedBy | None = None) -> None:
        self.asked_by = asked_by
        self.ledgers: dict[int, tuple[object, Ledger]] = {}
        self.things: dict[int, tuple[object, Digest | None]] = {}
        self.carried: dict[tuple[int, bool], Carried] = {}
        self.environments: dict[tuple[str, ...], Ledger] = {}
        self.reaches: dict[Digest, list[Reach]] = {}
        self.excerpts: dict[int, tuple[Excerpt, Digest | None]] = {}
        self._explorer: Explorer | None = None
        self._lasting = lasting

    def __reduce__(self) -> NoReturn:
        # Else what is fingerprinted and holds its own memo would be taken apart while that grows.
        raise TypeError("a memo has no content of its own: it is what a run remembers")

    @cached_property
    def installed(self) -> Installed:
        """The installed distributions."""
        before = None if self._lasting is None else self._lasting.installed
        found = Installed(before=before)
        if self._lasting is not None:
            self._lasting.installed = found
        return found

    def explorer(self, scope: Scope) -> Explorer:
        """What explores this project's code. A memo is for one project."""
        if self._explorer is None:
            self._explorer = Explorer(self._lasting or Lasting(scope))
        assert self._explorer.scope == scope, "a memo is for one project"
        return self._explorer

    def leave(self) -> None:
        """Leave what lasts to the next run; this memo is not used any more."""
        if self._explorer is not None:
            leave_lasting(self._explorer.leave())
