"""Code: all of the project that a function can reach, as a ledger."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType
from typing import Any

from cuvee.errors import CannotFingerprint
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.fingerprint.value import fingerprint_value
from cuvee.model.digest import Digest, digest_bytes
from cuvee.model.key import Doubt, Item, Ledger, make_ledger


def fingerprint_code(function: Any, scope: Scope, memo: Memo) -> Ledger:
    """All that the function can reach in the project, item by item.

    Items of kind `distribution` name the installed packages that it reaches; their versions are
    the environment's to tell.
    """
    items = list(_sources(scope, memo))
    doubts: list[Doubt] = []
    while not isinstance(function, FunctionType):
        function = function.function
    for index, cell in enumerate(function.__closure__ or ()):
        name = function.__code__.co_freevars[index]
        try:
            digest = fingerprint_value(cell.cell_contents, scope, memo)
        except (CannotFingerprint, ValueError):
            doubts.append(
                Doubt(name, "refused", function.__code__.co_filename, function.__code__.co_firstlineno)
            )
            continue
        items.append(Item(f"{function.__qualname__}.{name}", "closure", digest))
    for name, value in function.__globals__.items():
        if name.startswith("__"):
            continue
        try:
            digest = fingerprint_value(value, scope, memo)
        except CannotFingerprint:
            continue
        full = f"{function.__module__}.{name}"
        memo.globals[full] = (function.__globals__, name, digest)
        items.append(Item(full, "constant", digest))
    return make_ledger("code", tuple(items), tuple(doubts))


def _sources(scope: Scope, memo: Memo) -> list[Item]:
    found = []
    for path in sorted(scope.root.rglob("*.py")):
        if scope.is_project(str(path)):
            name = str(path.relative_to(scope.root))
            if name not in memo.sources:
                memo.sources[name] = digest_bytes(Path(path).read_bytes())
            found.append(Item(name, "module", memo.sources[name], file=name))
    return found


def fingerprint_class(cls: type, scope: Scope, memo: Memo) -> Digest | None:
    """The fingerprint of a class of the project; None for a class from elsewhere."""
    import sys

    module = sys.modules.get(cls.__module__)
    if not scope.is_project(getattr(module, "__file__", None)):
        return None
    return make_ledger("class", tuple(_sources(scope, memo))).digest


def changed_globals(memo: Memo, scope: Scope) -> tuple[str, ...]:
    """The globals whose content is not what it was when they were fingerprinted, by name."""
    found = []
    for full, (space, name, digest) in memo.globals.items():
        try:
            same = fingerprint_value(space.get(name), scope, memo) == digest
        except CannotFingerprint:
            same = False
        if not same:
            found.append(full)
    return tuple(sorted(found))
