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
    from types import ModuleType

    from cuvee.fingerprint.explorer import Explorer
    from cuvee.fingerprint.source import Source


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
    return Imported(effects_node(explorer, name, module, source), _modules(explorer, name, module, source))


def find_led_to(explorer: Explorer, name: str) -> tuple[str, ...]:
    """A loaded module of the project, and all that are imported with it; () for any other name."""
    if name not in sys.modules or explorer.origins.of_module(name) != "project":
        return ()
    found = {name: None}
    waiting = [name]
    for each in waiting:
        module = sys.modules[each]
        source = explorer.source_of(vars(module))
        for more in _modules(explorer, each, module, source) if source is not None else ():
            if more not in found:
                found[more] = None
                waiting.append(more)
    return tuple(found)


def _modules(explorer: Explorer, name: str, module: ModuleType, source: Source) -> tuple[str, ...]:
    """The loaded modules of the project that one imports, with their packages."""
    found: dict[str, None] = {}
    for written in (name, *(absolute(written, vars(module)) for written in source.imports())):
        for imported in _with_packages(written):
            if imported in sys.modules and explorer.origins.of_module(imported) == "project":
                found[imported] = None
    return tuple(found)


def _with_packages(name: str) -> list[str]:
    """A module and the packages that are imported before it: `a`, `a.b`, `a.b.c`."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
