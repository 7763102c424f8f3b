"""Functions: what one does, what its names stand for, its defaults and what it has captured."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.held import cell_part, default_part
from cuvee.fingerprint.names import Names
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.origins import loaded_name, module_of

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

# What `functools.wraps` copies, and what tools leave on a function for themselves.
_UNSEEN = frozenset({"__wrapped__", "__module__", "__name__", "__qualname__", "__doc__", "__annotations__"})

# What `functools.singledispatch` makes: all that counts is what was registered, the rest is a cache.
_DISPATCHER = "singledispatch.<locals>.wrapper"


def function_node(explorer: Explorer, function: FunctionType, *, entry: bool = False) -> Node:
    """The node of a function. As `entry`, its own defaults are left out: they are parameters."""
    kind = "entry" if entry else "function"
    return explorer.node(kind, function, "", lambda: _start(explorer, function, entry))


def _start(explorer: Explorer, function: FunctionType, entry: bool) -> Node:
    code = function.__code__
    written = not code.co_filename.startswith("<")
    name = code.co_qualname if written else function.__qualname__
    base = f"{module_of(function.__globals__)}.{name}"
    file = explorer.place(code.co_filename) if written else ""
    line = code.co_firstlineno
    source = explorer.source_of(function.__globals__) if written else None
    node = Node("function", base, function, _fill_entry if entry else _fill, file, line)
    if source is not None and source.file == code.co_filename:
        node.line = source.definition_at(line)
    if explorer.origins.of_function(function) == "project":
        node.modules[loaded_name(function.__globals__)] = None
    return node


def _fill_entry(explorer: Explorer, node: Node) -> list[bytes]:
    return _code(explorer, node)


def _fill(explorer: Explorer, node: Node) -> list[bytes]:
    function: FunctionType = node.subject
    pieces = [*_code(explorer, node), b"defaults"]
    for name, value in _defaults(function):
        pieces += [name.encode(), default_part(explorer, node, name, value)]
    return pieces


def _code(explorer: Explorer, node: Node) -> list[bytes]:
    """What a function does wherever it is called: code, names, closure, attributes."""
    function: FunctionType = node.subject
    code = function.__code__
    behaviour = explorer.behaviour(code)
    node.words = behaviour.words
    explorer.watch.function(node)
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    pieces = [node.base.encode(), function.__qualname__.encode(), behaviour.digest]
    foreign = explorer.origins.of_function(function) != "project"
    exposed = foreign and explorer.origins.of_function(function) == "installed"
    seen: set[str] = set()
    if code.co_qualname == _DISPATCHER:
        return [*pieces, Encoder(explorer, node).encode(function.__dict__.get("registry"))]
    if foreign:
        pieces.append(explorer.foreign_name(loaded_name(function.__globals__), code.co_qualname, node))
    else:
        names = Names(explorer, node, function.__globals__, cells)
        pieces += [names.resolve(reference) for reference in behaviour.references]
        seen = {reference.name for reference in behaviour.references if reference.root == "cell"}
    for name, cell in cells.items():
        if name not in seen:
            pieces += [name.encode(), cell_part(explorer, node, name, cell, exposed=exposed)]
    return pieces + _attributes(explorer, node, exposed)


def _defaults(function: FunctionType) -> list[tuple[str, Any]]:
    code = function.__code__
    values = function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount][code.co_argcount - len(values) :]
    return [*zip(names, values, strict=False), *sorted((function.__kwdefaults__ or {}).items())]


def _attributes(explorer: Explorer, node: Node, exposed: bool) -> list[bytes]:
    """What has been set on the function itself; what it wraps, if it says so."""
    function: FunctionType = node.subject
    encoder = Encoder(explorer, node)
    encoder.exposed = exposed
    pieces: list[bytes] = []
    if hasattr(function, "__wrapped__"):
        pieces += [b"wraps", encoder.encode(function.__wrapped__)]
    own = {name: value for name, value in vars(function).items() if name not in _UNSEEN}
    return [*pieces, b"attributes", encoder.encode(own)] if own else pieces
