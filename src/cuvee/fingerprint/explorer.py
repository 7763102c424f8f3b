"""The explorer: knows the nodes of one project, and what of a thing counts: its content or its name.

What the content of a function, a class, a module comes to is told by the modules of those names.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import CodeType, FunctionType, ModuleType
from typing import Any

from cuvee.fingerprint import classes, functions, imports, modules
from cuvee.fingerprint.behaviour import Behaviour, find_behaviour
from cuvee.fingerprint.danger import danger_of
from cuvee.fingerprint.effects import acting_statements, acts
from cuvee.fingerprint.families import unwatched
from cuvee.fingerprint.generators import draws
from cuvee.fingerprint.lasting import Known, Lasting
from cuvee.fingerprint.node import Node, Slot
from cuvee.fingerprint.origins import Origin, Origins, file_of
from cuvee.fingerprint.settings import Settings
from cuvee.fingerprint.source import Source
from cuvee.fingerprint.watch import Watch

_HEAP_TYPE = 1 << 9


class Explorer:
    """The nodes of one project, each as its subject is when it is first explored."""

    def __init__(self, lasting: Lasting) -> None:
        self.scope = lasting.scope
        self.lasting = lasting
        self.origins = Origins(lasting.scope)
        self.sources = lasting.sources
        self._behaviours: Known = {}
        self._nodes: dict[tuple[str, int, str], Node] = {}
        self._sources: dict[int, tuple[dict[str, Any], Source | None]] = {}
        self._places = lasting.places
        self.watch = Watch()
        self._imports: dict[str, imports.Imported] = {}
        self._led_to: dict[str, tuple[str, ...]] = {}
        self._acts: dict[str, bool] = {}
        self._acting: dict[str, list[tuple[ast.stmt, bool]]] = {}
        self.settings = Settings(self)
        self._named: dict[str, Origin | None] = {}

    def behaviour(self, code: CodeType) -> Behaviour:
        """What a code object does."""
        return self._known(code, lambda: code)

    def statement_behaviour(self, statement: ast.stmt, compiled: Callable[[], CodeType]) -> Behaviour:
        """What a statement does that `compiled` gives the code of."""
        return self._known(statement, compiled)

    def _known(self, thing: object, code: Callable[[], CodeType]) -> Behaviour:
        known = self._behaviours.get(id(thing))
        if known is None:
            known = self.lasting.behaviours.get(id(thing)) or (thing, find_behaviour(code()))
            self._behaviours[id(thing)] = known
        return known[1]

    def leave(self) -> Lasting:
        """What the next run may begin with. Of code, what was looked at: what was made anew since is gone."""
        self.lasting.behaviours = self._behaviours
        return self.lasting

    def source_of(self, space: dict[str, Any]) -> Source | None:
        """The source of the module with these globals, as it was when first asked for."""
        known = self._sources.get(id(space))
        if known is None:
            known = self._sources[id(space)] = (space, self.sources.of_space(space))
        return known[1]

    def imported(self, name: str) -> imports.Imported:
        """What follows from the import of a module of the project."""
        known = self._imports.get(name)
        if known is None:
            known = self._imports[name] = imports.find_imported(self, name)
        return known

    def led_to(self, name: str) -> tuple[str, ...]:
        """A loaded module of the project, and those that are imported with it; () for any other name."""
        known = self._led_to.get(name)
        if known is None:
            known = self._led_to[name] = imports.find_led_to(self, name)
        return known

    def acts(self, name: str) -> bool:
        """Whether a loaded module of the project does something to others when it is imported."""
        known = self._acts.get(name)
        if known is None:
            known = self._acts[name] = acts(self, name)
        return known

    def acting(self, name: str) -> list[tuple[ast.stmt, bool]]:
        """The statements of a loaded module that do something to code from elsewhere when it is imported."""
        known = self._acting.get(name)
        if known is None:
            module = sys.modules[name]
            source = self.source_of(vars(module))
            found = acting_statements(self, module, source) if source is not None else ()
            known = self._acting[name] = list(found)
        return known

    def node(self, kind: str, subject: Any, name: str, make: Callable[[], Node]) -> Node:
        """The node of that kind for that subject (by identity) and name, made when it is first asked for."""
        key = (kind, id(subject), name)
        known = self._nodes.get(key)
        if known is None:
            known = self._nodes[key] = make()
        return known

    def node_at(self, slot: Slot, value: Any) -> Node | None:
        """The node that stands for a module's global, or for the function or class that it was bound to."""
        keys = (
            ("constant", id(slot.space), slot.name),
            ("function", id(value), ""),
            ("class", id(value), ""),
        )
        return next((self._nodes[key] for key in keys if key in self._nodes), None)

    def place(self, file: str) -> str:
        """A file as it is shown: relative to the project where it lies in it."""
        known = self._places.get(file)
        if known is None:
            known = self._places[file] = self.scope.relative(file) or file
        return known

    def exposes(self, cls: type) -> bool:
        """Whether a class is from elsewhere and may look at the annotations of functions it is given."""
        return self.origins.of_class(cls) == "installed"

    def thing(self, value: Any, node: Node, slot: Slot | None = None, *, exposed: bool = False) -> bytes:
        """The bytes that stand for a function or a class in a node's content."""
        if isinstance(value, type):
            if self._counts_class(value):
                return node.link(classes.class_node(self, value), slot, exposed=exposed)
        elif self._counts_function(value):
            return node.link(functions.function_node(self, value), slot, exposed=exposed)
        return self.foreign(value, node)

    def function_node(self, function: FunctionType, *, entry: bool = False) -> Node:
        """The node of a function by content; as `entry` without its own defaults."""
        return functions.function_node(self, function, entry=entry)

    def class_node(self, cls: type) -> Node:
        """The node of a class by content."""
        return classes.class_node(self, cls)

    def slot_node(self, slot: Slot) -> Node:
        """The node of a module's global, by value."""
        from cuvee.fingerprint.slots import slot_node  # most of what is reached has content

        return slot_node(self, slot)

    def used_module(self, node: Node, module: ModuleType, reference: str) -> bytes:
        """The bytes that stand for a module used as a value: all of it counts, where it is the project's."""
        return modules.used(self, node, module, reference)

    def loaded_module(self, node: Node, module: ModuleType) -> bytes:
        """The bytes that stand for the import of a module, whatever becomes of it."""
        return modules.loads(self, node, module)

    def unloaded_module(self, node: Node, name: str) -> bytes:
        """The same for a module that is not loaded yet."""
        return modules.unloaded(self, node, name)

    def is_elsewhere(self, name: str) -> bool:
        """Whether a module, loaded or not, is of Python's library or of an installed distribution."""
        return self._origin(name) in ("installed", "stdlib")

    def _origin(self, name: str) -> Origin | None:
        if name not in self._named:
            self._named[name] = modules.origin_of(self, name)
        return self._named[name]

    def note_elsewhere(self, name: str, node: Node) -> None:
        """Note what follows from a module being used that is from elsewhere."""
        origin, top = self._origin(name), name.partition(".")[0]
        if origin == "installed":
            node.packages[top] = None
        elif origin == "stdlib" and draws(name):
            node.generators[top] = None

    def danger(self, module: str, name: str, node: Node) -> bytes:
        """The bytes that stand for how far the net has to go for what a module has under a name."""
        found = danger_of(module, name)
        return b"" if found is None else modules.widen(self, node, found, name)

    def foreign(self, value: Any, node: Node) -> bytes:
        """The bytes that stand for what counts by its name and the version of its distribution."""
        module = getattr(value, "__module__", None)
        module = module if isinstance(module, str) else type(value).__module__
        name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
        return self.foreign_name(module, str(name or type(value).__qualname__), node)

    def foreign_name(self, module: str, name: str, node: Node) -> bytes:
        """The same, by name."""
        text = f"{module}:{name}".encode("utf-8", "surrogatepass")
        found = b"G" + len(text).to_bytes(8, "little") + text
        origin = self.origins.of_module(module)
        file = file_of(sys.modules.get(module))
        if origin == "project" and file is not None:  # compiled code of the project
            return found + node.link(modules.binary_node(self, module, file))
        found += self.danger(module, name, node)
        if origin == "installed":
            node.packages[module.partition(".")[0]] = None
        elif origin == "stdlib" and draws(module):
            node.generators[module.partition(".")[0]] = None
        return found

    def _counts_function(self, function: FunctionType) -> bool:
        """Whether a function counts by content: the project's, or made anew by code from elsewhere."""
        return self.origins.of_function(function) == "project" or not self.leads_back(function)

    def _counts_class(self, cls: type) -> bool:
        """The same of a class; one that is built into Python or an extension counts by name."""
        if self.origins.of_class(cls) == "project":
            return True
        return bool(cls.__flags__ & _HEAP_TYPE) and not self.leads_back(cls) and not _is_compiled(cls)

    def leads_back(self, thing: Any) -> bool:
        """Whether the name of something foreign leads back to it: then its version says it all."""
        module = getattr(thing, "__module__", None)
        if not isinstance(module, str) or self.origins.of_module(module) == "project":
            return False
        found: Any = sys.modules.get(module)
        for part in thing.__qualname__.split("."):
            found = vars(found).get(part) if isinstance(found, type | ModuleType) else None
            found = unwatched(getattr(found, "__func__", found))
        return found is thing


def _is_compiled(cls: type) -> bool:
    """Whether a class is made in C: none of its methods is written in Python."""
    return not any(
        isinstance(value, FunctionType | classmethod | staticmethod) for value in vars(cls).values()
    )
