"""Imports: what follows from the import of a module of the project.

Other modules of the project are imported with it, and each may do something to code from elsewhere.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from cuvee.fingerprint.effects import effects_node
from cuvee.fingerprint.names import absolute
from cuvee.fingerprint.node import Node

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer


class Imported(Struct, frozen=True):
    """The node of what a module does to others, if it does anything; the modules that it imports."""

    effects: Node | None
    modules: tuple[str, ...]


def find_imported(explorer: Explorer, name: str) -> Imported:
    """What follows from the import of a loaded module. Nothing, where its source is not to be had."""
    module = sys.modules.get(name)
    source = explorer.source_of(vars(module)) if module is not None else None
    if module is None or source is None:
        return Imported(None, ())
    found: dict[str, None] = {}
    for written in (name, *(absolute(written, vars(module)) for written in source.imports())):
        for imported in _with_packages(written):
            if imported in sys.modules and explorer.origins.of_module(imported) == "project":
                found[imported] = None
    return Imported(effects_node(explorer, name, module, source), tuple(found))


def _with_packages(name: str) -> list[str]:
    """A module and the packages that are imported before it: `a`, `a.b`, `a.b.c`."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
