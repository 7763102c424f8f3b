"""Names: what a reference in a function stands for, looked up as Python would when it runs."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from types import CellType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.families import unwatched, unwrapped
from cuvee.fingerprint.held import cell_part
from cuvee.fingerprint.holes import look_refused
from cuvee.fingerprint.node import Node, Slot
from cuvee.fingerprint.origins import loaded_name
from cuvee.fingerprint.unsteady import Unsteady, unsteady, unsteady_name

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer
    from cuvee.fingerprint.references import Reference

_MISSING = object()

# Names that every module has and that say nothing of what code does.
_MACHINERY = frozenset({"__builtins__", "__loader__", "__spec__", "__cached__"})


class Names:
    """Looks up the references of one node, in the globals and cells of its function."""

    def __init__(
        self, explorer: Explorer, node: Node, space: dict[str, Any], cells: Mapping[str, CellType]
    ) -> None:
        self.explorer = explorer
        self.node = node
        self.space = space
        self.cells = cells

    def resolve(self, reference: Reference) -> bytes:
        """The bytes that stand for what a reference leads to; links it where its content counts."""
        self.node.at = reference if reference.code is not None else self.node.at
        attributes = list(reference.attributes)
        if reference.root == "cell":
            return self._cell(reference, attributes)
        if reference.root != "global":
            return self._imported(reference, attributes)
        slot = Slot(self.space, reference.name)
        if reference.name in self.space:
            value = self.space[reference.name]
            self.explorer.watch.binding(slot, value, self.node)
            value = unwatched(value)
            if look_refused(value) is not None:
                return self._encoded(value)
            return self._follow(value, attributes, slot, reference)
        self.explorer.watch.unbound(slot, self.node)
        value = getattr(builtins, reference.name, _MISSING)
        if value is _MISSING:
            return b"unbound"
        return self._end(value, attributes, None)

    def _cell(self, reference: Reference, attributes: list[str]) -> bytes:
        cell = self.cells[reference.name]
        try:
            value = cell.cell_contents
        except ValueError:
            return b"empty"
        if look_refused(value) is None and isinstance(value, ModuleType):
            return self._follow(value, attributes, None, reference)
        return cell_part(self.explorer, self.node, reference.name, cell)

    def _imported(self, reference: Reference, attributes: list[str]) -> bytes:
        name = absolute(reference.name, self.space)
        if self.explorer.is_elsewhere(name):
            return self._elsewhere(name, attributes, reference)
        module = sys.modules.get(name)
        if reference.root == "loads" and attributes:
            return self._loads_of(name, attributes[0])
        if module is None:
            inner = self._loads_of(name, attributes[0]) if attributes else b""
            return self.explorer.unloaded_module(self.node, name) + inner
        if reference.root == "loads":
            return self.explorer.loaded_module(self.node, module)
        return self._follow(module, attributes, None, reference)

    def _elsewhere(self, name: str, attributes: list[str], reference: Reference) -> bytes:
        """What is not the project's comes to the same whether it is loaded yet or not: its version says
        it all, but for what is dangerous and for code that the project has put there."""
        self.explorer.note_elsewhere(name, self.node)
        found = b"elsewhere"
        if reference.root == "loads":
            return found
        value: Any = sys.modules.get(name, _MISSING)
        owner, taken = name, ""
        while attributes and (isinstance(value, ModuleType) or value is _MISSING):
            if isinstance(value, ModuleType) and self.explorer.origins.of_loaded(value) == "project":
                return found + self._follow(value, attributes, None, reference)
            owner, taken = f"{owner}.{taken}" if taken else owner, attributes.pop(0)
            found += self.explorer.danger(owner, taken, self.node)
            value = _MISSING if value is _MISSING else _attribute(value, taken)
        self._note_unsteady((owner, taken), value, attributes, reference)
        if value is _MISSING or isinstance(value, ModuleType):
            return found
        return found + self._own(value, attributes)

    def _own(self, value: Any, attributes: list[str]) -> bytes:
        """What of it the project has put there; nothing for what has always been."""
        plain = getattr(value, "__func__", value)
        origins = self.explorer.origins
        if isinstance(plain, FunctionType):
            ours = origins.of_function(plain) == "project"
        else:
            ours = origins.of_class(plain if isinstance(plain, type) else type(plain)) == "project"
        if ours or not isinstance(plain, FunctionType | type):
            return self._patched(value, attributes)
        own = (getattr(plain, "__module__", None), getattr(plain, "__qualname__", None))
        found = self.explorer.danger(str(own[0]), str(own[1]), self.node)
        return found if not attributes else found + self._own_attribute(value, attributes)

    def _own_attribute(self, value: Any, attributes: list[str]) -> bytes:
        inner = _attribute(value, attributes[0])
        return b"" if inner is _MISSING else self._own(inner, attributes[1:])

    def _loads_of(self, package: str, name: str) -> bytes:
        """A name that is taken of a module, where it is a module itself."""
        inner = f"{package}.{name}"
        if inner in sys.modules:
            return self.explorer.loaded_module(self.node, sys.modules[inner])
        loaded = sys.modules.get(package)
        if loaded is not None and (name in vars(loaded) or not hasattr(loaded, "__path__")):
            return b"inside"
        return self.explorer.unloaded_module(self.node, inner)

    def _follow(self, value: Any, attributes: list[str], slot: Slot | None, reference: Reference) -> bytes:
        """Through modules, one attribute after another, to what is not a module."""
        foreign: list[bytes] = []
        names = ("", "")
        while isinstance(value, ModuleType):
            module, called = value, loaded_name(vars(value))
            counts = self.explorer.origins.of_loaded(module) == "project"
            if not attributes:
                return b"".join(foreign) + self.explorer.used_module(self.node, module, reference.text)
            if not counts:
                foreign.append(self.explorer.foreign_name(called, attributes[0], self.node))
            else:
                self.node.modules[called] = None
            name = attributes.pop(0)
            names = (called, name)
            value = _attribute(module, name)
            if value is _MISSING:
                # A library that loads its parts when they are asked for has not loaded this one yet.
                part = f"{called}.{name}"
                self._note_unsteady((part, "".join(attributes[:1])), None, attributes[1:], reference)
                return b"".join(foreign) + (self._absent(module, name, reference) if counts else b"lazy")
            slot = Slot(vars(module), name) if counts and name in vars(module) else None
            if slot is not None:
                self.explorer.watch.binding(slot, value, self.node)
            if look_refused(value) is not None:
                return b"".join(foreign) + self._encoded(value)
        self._note_unsteady(names, value, attributes, reference)
        if foreign:
            return b"".join(foreign) + self._patched(value, attributes)
        return self._end(value, attributes, slot)

    def _note_unsteady(
        self, names: tuple[str, str], value: Any, attributes: list[str], reference: Reference
    ) -> None:
        """Note a clock or a generator that nobody seeds, with each place where it is asked."""
        own = (getattr(value, "__module__", None), getattr(value, "__qualname__", None))
        if self.explorer.origins.of_module(str(own[0] or names[0])) == "project":
            return
        for module, name in (names, own):
            whole = ".".join((str(name), *attributes[:1]))
            found = unsteady(unsteady_name(module, whole)) if isinstance(module, str) else None
            if found is not None:
                break
        else:
            return
        for use in self._uses(reference, found):
            self.node.at = use
            self.node.doubt(reference.text, found.kind)

    def _uses(self, reference: Reference, found: Unsteady) -> list[Reference]:
        """The uses of a reference that count: all, or those that are called with few arguments, or a word."""
        if found.most is None and not found.words:
            return [reference]
        code = getattr(self.node.subject, "__code__", None) or reference.code
        if code is None:
            return []
        from cuvee.fingerprint.uses import argument_count, is_given, uses_of  # few names lead here

        uses = list(uses_of(code, reference))
        if found.words:
            return [use for use in uses if is_given(use, found.words)]
        counts = [(use, argument_count(use)) for use in uses]
        return [use for use, count in counts if count is not None and count <= (found.most or 0)]

    def _absent(self, module: ModuleType, name: str, reference: Reference) -> bytes:
        """An attribute that a module of the project does not have, or makes when it is asked."""
        hook = vars(module).get("__getattr__")
        if isinstance(hook, FunctionType):
            return b"getattr" + self.explorer.thing(hook, self.node)
        return b"absent" + self.explorer.used_module(self.node, module, reference.text)

    def _end(self, value: Any, attributes: list[str], slot: Slot | None) -> bytes:
        """What is at the end of a chain: a thing that counts as such, or a module's global by value."""
        plain = unwrapped(value)
        if plain is not value:
            self.node.runs = True
        value = plain
        if isinstance(value, FunctionType | type):
            found = self.explorer.thing(value, self.node, slot)
            return found + self._patched(value, attributes) if attributes else found
        if slot is None:
            return self.explorer.foreign(value, self.node)
        if slot.name in _MACHINERY:
            return b"machinery"
        return self.node.link(self.explorer.slot_node(slot), slot)

    def _patched(self, value: Any, attributes: list[str]) -> bytes:
        """What the project has put on something foreign: its own code, found under a foreign name."""
        found = b""
        for name in (None, *attributes):
            value = value if name is None else _attribute(value, name)
            plain = getattr(value, "__func__", value)
            if isinstance(plain, FunctionType | type):
                found += self.explorer.thing(plain, self.node)
            elif value is not _MISSING and self.explorer.origins.of_class(type(value)) == "project":
                found += self._encoded(value)
        return found

    def _encoded(self, value: Any) -> bytes:
        return Encoder(self.explorer, self.node).encode(value)


def absolute(name: str, space: Mapping[str, Any]) -> str:
    """A module's name without leading dots, as an import in these globals would take it."""
    bare = name.lstrip(".")
    dots = len(name) - len(bare)
    if not dots:
        return name
    package = space.get("__package__") or ""
    if not package and "__path__" in space:
        package = str(space.get("__name__", ""))
    for _ in range(dots - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{bare}" if bare else package


def _attribute(owner: Any, name: str) -> Any:
    """An attribute without running anybody's code for it, whoever watches it."""
    return unwatched(_found_in(owner, name))


def _found_in(owner: Any, name: str) -> Any:
    if isinstance(owner, ModuleType):
        found = vars(owner).get(name, _MISSING)
        return sys.modules.get(f"{loaded_name(vars(owner))}.{name}", _MISSING) if found is _MISSING else found
    if isinstance(owner, type):
        for cls in owner.__mro__:
            if name in vars(cls):
                return vars(cls)[name]
    return _MISSING
