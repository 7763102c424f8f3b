"""Modules: one that is used as a value, one that is not loaded yet, and the whole project.

This is where the net widens: what cannot be told apart by name counts altogether.
"""

from __future__ import annotations

import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.loading import digest_of
from cuvee.fingerprint.names import Names, absolute
from cuvee.fingerprint.node import Node, Widened
from cuvee.fingerprint.origins import Origin, file_of, loaded_name, module_of
from cuvee.fingerprint.references import Reference

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

# What Python, IPython and the import system keep in a module for themselves.
_UNSEEN = re.compile(r"__(?!getattr__|all__)\w+__|_+|_[ioh]+|_i?\d+|_dh|In|Out|get_ipython|exit|quit|open")


# Where a module that is part of the interpreter says it is from.
_WITHOUT_FILE = ("built-in", "frozen")


def used(explorer: Explorer, node: Node, module: ModuleType, reference: str) -> bytes:
    """A module that is used as a value: all of it counts, where it is the project's."""
    if explorer.origins.of_loaded(module) != "project":
        return explorer.foreign_name(loaded_name(vars(module)), "", node)
    file = file_of(module)
    if file is not None and not file.endswith(".py"):
        return node.link(binary_node(explorer, loaded_name(vars(module)), file))
    node.doubt(reference, "module")
    return node.link(module_node(explorer, module))


def loads(explorer: Explorer, node: Node, module: ModuleType) -> bytes:
    """A module that is imported: what it does to others while it is, counts."""
    name = loaded_name(vars(module))
    if explorer.origins.of_loaded(module) == "project":
        node.modules[name] = None
        return b"loads"
    return explorer.foreign_name(name, "", node)


def module_node(explorer: Explorer, module: ModuleType) -> Node:
    """The node of all that is in a module of the project, as it is loaded."""
    file = explorer.place(file_of(module) or "")
    name = module_of(vars(module))
    return explorer.node("module", module, "", lambda: Node("module", name, module, _fill_module, file))


def _fill_module(explorer: Explorer, node: Node) -> list[bytes]:
    module: ModuleType = node.subject
    space = vars(module)
    node.modules[loaded_name(space)] = None
    names = Names(explorer, node, space, {})
    pieces = [module_of(space).encode()]
    for name in sorted(space):
        if not _UNSEEN.fullmatch(name):
            pieces += [name.encode(), names.resolve(Reference("global", name))]
    return pieces


def binary_node(explorer: Explorer, module: str, file: str) -> Node:
    """The node of compiled code of the project: the bytes of its file."""
    place = explorer.place(file)
    return explorer.node(
        "binary", sys.modules[module], "", lambda: Node("module", module, file, _fill_binary, place)
    )


def _fill_binary(_: Explorer, node: Node) -> list[bytes]:
    return [digest_of(node.subject)]


def unloaded(explorer: Explorer, node: Node, name: str) -> bytes:
    """A module that an import names and that is not loaded: its source, if it is the project's."""
    file = _locate(name)
    if file is None:
        return b"not found"
    origin = explorer.origins.of_file(file)
    if origin == "project":
        node.doubt(f"import {name}", "module")
        return node.link(source_node(explorer, name, file))
    if origin == "installed":
        node.packages[name.partition(".")[0]] = None
    return b"elsewhere"


def origin_of(explorer: Explorer, name: str) -> Origin | None:
    """Whose a module is that an import names, loaded or not; None if there is none of that name."""
    if name in sys.modules:
        return explorer.origins.of_module(name)
    file = _locate(name)
    if file in _WITHOUT_FILE:
        return "stdlib"
    return None if file is None else explorer.origins.of_file(file)


def source_node(explorer: Explorer, name: str, file: str) -> Node:
    """The node of a module by its source, with all that it imports."""
    place = explorer.place(file)
    key = explorer.sources
    return explorer.node(
        "source", key, file, lambda: Node("module", f"{name} (source)", (name, file), fill_source, place)
    )


def fill_source(explorer: Explorer, node: Node) -> list[bytes]:
    name, file = node.subject
    source = explorer.sources.of_file(file)
    if source is None or source.code is None:
        return [digest_of(file)]
    behaviour = explorer.behaviour(source.unannotated)
    node.words = behaviour.words
    space: dict[str, Any] = {"__name__": name}
    space["__package__"] = name if Path(file).stem == "__init__" else name.rpartition(".")[0]
    pieces: list[bytes] = [behaviour.digest]
    for reference in behaviour.references:
        if reference.root == "loads":
            name = ".".join((absolute(reference.name, space), *reference.attributes))
            pieces.append(_any_module(explorer, node, name))
    return pieces


def _any_module(explorer: Explorer, node: Node, name: str) -> bytes:
    """A module that source imports: by its source too, or as it is loaded."""
    module = sys.modules.get(name)
    if module is None:
        return unloaded(explorer, node, name)
    if explorer.origins.of_module(name) == "project":
        return node.link(module_node(explorer, module))
    return explorer.foreign_name(name, "", node)


def _locate(name: str) -> str | None:
    """The file that an import of this name would load, without loading anything."""
    path: list[str] | None = None
    found = ""
    for part in name.split("."):
        found = f"{found}.{part}" if found else part
        loaded = sys.modules.get(found)
        if loaded is not None:
            path = list(getattr(loaded, "__path__", ()))
            file = file_of(loaded)
            continue
        # By its own part of the name: of a package without a file the rest would have to be loaded.
        spec = PathFinder.find_spec(part, path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
        file = spec.origin
    return file


def widen(explorer: Explorer, node: Node, how: Widened, reference: str) -> bytes:
    """Take in all that code could mean which no name leads to; note the doubt."""
    node.doubt(reference, how)
    if how == "refused":
        return b"refused"
    space = getattr(node.subject, "__globals__", None)
    module = sys.modules.get(loaded_name(space)) if space else None
    if how == "module" and module is not None:
        return node.link(module_node(explorer, module))
    return node.link(project_node(explorer))


def project_node(explorer: Explorer) -> Node:
    """The node of the project's whole source, whatever of it is loaded."""
    return explorer.node(
        "project", explorer.scope, "", lambda: Node("module", "the project", None, _fill_project)
    )


def _fill_project(explorer: Explorer, node: Node) -> list[bytes]:
    pieces: list[bytes] = []
    for file in explorer.scope.files():
        place = explorer.place(file)
        pieces += [place.encode(), node.link(source_node(explorer, _name_of(place), file))]
    return pieces


def _name_of(place: str) -> str:
    return place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
