"""The code of one process: what its functions and classes come to as they are loaded there."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from cuvee.fingerprint.code import (
    changed_globals,
    described_code,
    fingerprint_class,
    fingerprint_code,
    fingerprint_effects,
    nodes_of,
)
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.settings import notebook_settings, settings_modules
from cuvee.model.digest import Digest
from cuvee.model.key import Ledger


class ProcessCode:
    """Fingerprints of what this process has loaded, each taken once: when it is first asked for."""

    def __init__(self, scope: Scope, memo: Memo | None = None) -> None:
        self.scope = scope
        self._memo = memo or Memo()

    def ledger(self, function: Callable[..., Any]) -> Ledger:
        """All that a function reaches in the project."""
        return fingerprint_code(function, self.scope, self._memo)

    def nodes(self, ledger: Ledger) -> list[Node]:
        """What a ledger that was taken here is made of."""
        return nodes_of(ledger, self._memo)

    def setters(self, ledger: Ledger) -> tuple[tuple[str, str], ...]:
        """The modules, each with its folder, that have set something of a library which code with this
        ledger reaches, and that nothing in it leads to."""
        return settings_modules(self.nodes(ledger))

    def notebook_settings(self, ledger: Ledger) -> FunctionType | None:
        """What does again elsewhere what the notebook here has done to libraries; None where it has not."""
        return notebook_settings(self._memo.explorer(self.scope), self.nodes(ledger))

    def effects(self, module: str) -> Ledger | None:
        """What the import of a loaded module does to others, with all that this reaches; None if nothing."""
        return fingerprint_effects(module, self.scope, self._memo)

    def described(self, function: Callable[..., Any]) -> tuple[Ledger, dict[Digest, str]]:
        """The same with what a person sees of it, and the source texts that it names."""
        return described_code(self.ledger(function), self._memo)

    def class_digest(self, cls: type) -> Digest | None:
        """The fingerprint of a class of the project; None for others."""
        return fingerprint_class(cls, self.scope, self._memo)

    def changed(self) -> frozenset[str]:
        """The globals that are not what they were when they were fingerprinted, by name."""
        return frozenset(changed_globals(self._memo, self.scope))
