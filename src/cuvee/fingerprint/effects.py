"""Effects: what importing a module of the project does to code from elsewhere.

`pd.set_option(…)`, `np.seterr(…)`, `pd.DataFrame.head = mine`, a decorator that registers a class
with a library: nothing that a task names leads there, and its results depend on it. What a module
does to its own globals counts by their values.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from cuvee.fingerprint.calling import MISSING, calls_out, is_thing, owner_of, resolved
from cuvee.fingerprint.encoder import Encoder
from cuvee.fingerprint.families import unwatched, unwrapped
from cuvee.fingerprint.names import absolute
from cuvee.fingerprint.node import Node
from cuvee.fingerprint.origins import loaded_name, module_of
from cuvee.fingerprint.passages import parts_of, places_changed, root_of, roots_of
from cuvee.fingerprint.references import bindings, module_name
from cuvee.fingerprint.source import Source

if TYPE_CHECKING:
    from cuvee.fingerprint.explorer import Explorer

IMPORT = " (import)"
"""Ends the name of an item that is what importing a module does to others."""

_CALLS = frozenset({"CALL", "CALL_KW", "CALL_FUNCTION_EX"})
_ACTS = frozenset({"STORE_ATTR", "STORE_SUBSCR", "DELETE_ATTR", "DELETE_SUBSCR"})
_DECORATOR = re.compile(r"^[ \t]*@[ \t]*([A-Za-z_]\w*)", re.MULTILINE)

# Calls and changes that no result depends on.
_HARMLESS_MODULES = frozenset({"logging", "atexit", "faulthandler", "gc", "signal", "typing"})

# Decorators that return what they are given and keep no note of it.
_HARMLESS_DECORATORS = frozenset({"attr", "attrs", "pydantic", "beartype", "typeguard", "typing_extensions"})


def effects_node(explorer: Explorer, name: str, module: ModuleType, source: Source) -> Node | None:
    """The node of what a module does to others while it is imported; None if it does nothing. `name` is
    what it is loaded as."""
    if source.code is None:
        return None
    statements = explorer.acting(name)
    imports = _imports_for_that(explorer, source)
    if not (statements or imports or _order(explorer, module, source, (), ())):
        return None
    base = module_of(vars(module)) + IMPORT
    found = (module, source, statements, imports)
    return explorer.node(
        "effects", module, "", lambda: Node("module", base, found, fill_effects, explorer.place(source.file))
    )


def acting_statements(
    explorer: Explorer, module: ModuleType, source: Source
) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of a module that act on something foreign, or that define what a foreign decorator
    has taken note of; which of the two."""
    if source.code is None:
        return
    for statement in _effects(explorer, source, vars(module)):
        yield statement, False
    for statement in _registrations(explorer, source, vars(module)):
        yield statement, True


def fill_effects(explorer: Explorer, node: Node) -> list[bytes]:
    """The content of a node whose subject is a module, its source, such statements, and modules that it
    imports for what that does."""
    module, source, statements, imports = node.subject
    if not source.trusted:
        node.doubt(f"{module_of(vars(module))}: its source was edited after it was imported", "refused")
    pieces = [explorer.foreign_name(name, "", node) for name in imports]
    pieces += _order(explorer, module, source, [each.lineno for each, _ in statements], imports)
    if statements:
        from cuvee.fingerprint.statements import statement_pieces  # most modules do nothing but define
    for statement, exposed in statements:
        name = getattr(statement, "name", "")
        pieces += statement_pieces(explorer, node, vars(module), statement)
        if name in vars(module) and _takes_note(explorer, statement, vars(module)):
            encoder = Encoder(explorer, node)
            encoder.exposed = exposed
            pieces.append(encoder.encode(vars(module)[name]))
    return pieces


def _order(
    explorer: Explorer, module: ModuleType, source: Source, lines: Iterable[int], foreign: Container[str]
) -> list[bytes]:
    """Between which of the statements the module imports what does something to others, too, and what of that
    comes first: what is set last holds. Nothing where there is no more than one of all these."""
    steps = [(line, "") for line in lines]
    seen = {loaded_name(vars(module))}
    for line, written in source.imports_by_line():
        name = written if written in foreign else absolute(written, vars(module))
        led = [each for each in explorer.led_to(name) if each not in seen and explorer.acts(each)]
        new = led if name not in foreign or name in seen else [name]
        seen.update(new)
        steps += [(line, each) for each in new]
    steps.sort(key=lambda step: step[0])
    return [b"order", *(name.encode() for _, name in steps)] if len(seen) > 1 and len(steps) > 1 else []


def acts(explorer: Explorer, name: str) -> bool:
    """Whether a loaded module of the project does something to code from elsewhere when it is imported."""
    source = explorer.source_of(vars(sys.modules[name]))
    if source is None or source.code is None:
        return False
    return bool(explorer.acting(name) or _imports_for_that(explorer, source))


def _imports_for_that(explorer: Explorer, source: Source) -> list[str]:
    return [each for each in _unused_imports(source) if explorer.origins.of_module(each) == "installed"]


def _effects(explorer: Explorer, source: Source, space: dict[str, Any]) -> Iterator[ast.stmt]:
    """The statements of a module that act on something foreign."""
    seen: set[int] = set()
    for line in sorted(set(_acting_lines(source))):
        for statement in source.statements_at(line):
            if statement.lineno in seen:
                continue
            if _acts(explorer, statement, space) or any(
                calls_out(explorer, part, space, _runs) for part in parts_of(statement)
            ):
                seen.add(statement.lineno)
                yield statement


def _acting_lines(source: Source) -> Iterator[int]:
    """The lines of module level with a call, or a change of an attribute or an item."""
    instructions = source.instructions
    end = -1
    for index, ins in enumerate(instructions):
        if ins.offset < end:
            continue
        end = _end_of_main(source, index)
        if ins.name in _CALLS or (ins.name in _ACTS and not _annotates(source, index)):
            yield source.line_at(ins)


def _end_of_main(source: Source, index: int) -> int:
    """Where `if __name__ == "__main__":` ends that begins here; -1 if none does."""
    assert source.code is not None
    rest = source.instructions[index : index + 5]
    if len(rest) < 4 or rest[0].name != "LOAD_NAME" or rest[1].name != "LOAD_CONST":
        return -1
    compared = (
        source.code.co_names[rest[0].arg] == "__name__" and source.code.co_consts[rest[1].arg] == "__main__"
    )
    jump = next((ins for ins in rest[2:] if ins.target >= 0), None)
    return jump.target if compared and jump is not None else -1


def _annotates(source: Source, index: int) -> bool:
    """Whether this stores the annotation of a global."""
    assert source.code is not None
    names = source.code.co_names
    rest = source.instructions[max(0, index - 2) : index]
    return any(ins.name == "LOAD_NAME" and names[ins.arg] == "__annotations__" for ins in rest)


def _acts(explorer: Explorer, statement: ast.stmt, space: dict[str, Any]) -> bool:
    """Whether a statement acts on something foreign, or calls a function of the project to do so."""
    if any(_acts_on(explorer, root, space) for root in roots_acted_on(statement)):
        return True
    return any(is_thing(explorer, owner) for owner in _changed_elsewhere(explorer, statement, space))


def roots_acted_on(statement: ast.stmt) -> set[str]:
    """The names that a statement acts on, `setattr(x, …)` included."""
    return roots_of(statement) - {"setattr", "delattr"} | _set_by_name(statement)


def _changed_elsewhere(explorer: Explorer, statement: ast.stmt, space: dict[str, Any]) -> Iterator[Any]:
    """What is of another module, `client` in `clients.client.timeout = 3`, and has an attribute or an item
    set. Where its content counts that tells too, but not everything has content."""
    source = explorer.source_of(space)
    for place in places_changed(statement):
        root = root_of(place)
        if root is None or source is None or root not in source.imported:
            continue
        owner = owner_of(place, space)
        if owner is not MISSING and not isinstance(owner, type | ModuleType | FunctionType):
            yield owner


def _acts_on(explorer: Explorer, root: str, space: dict[str, Any]) -> bool:
    value = unwatched(space.get(root, getattr(builtins, root, None)))
    if unwrapped(value) is not value or value is print:
        return False
    if isinstance(value, FunctionType) and explorer.origins.of_function(value) == "project":
        return not _runs(explorer, value)
    return _is_foreign(explorer, value)


def _set_by_name(statement: ast.stmt) -> set[str]:
    """What `setattr(x.y, …)` and `delattr(x, …)` act on: `x`."""
    calls = [each.value for each in parts_of(statement) if isinstance(each, ast.Expr)]
    found = {
        root_of(call.args[0])
        for call in calls
        if isinstance(call, ast.Call) and call.args and root_of(call) in ("setattr", "delattr")
    }
    return {name for name in found if name is not None}


def _is_foreign(explorer: Explorer, value: Any) -> bool:
    """Whether a value is a module, class or function from elsewhere whose use may have consequences."""
    if isinstance(value, ModuleType):
        name = loaded_name(vars(value))
    elif isinstance(value, type) or callable(value):
        name = str(getattr(value, "__module__", None) or type(value).__module__)
    else:
        return False
    origin = explorer.origins.of_module(name)
    if origin == "stdlib":
        return name.partition(".")[0] not in _HARMLESS_MODULES
    return origin == "installed"


def _takes_note(explorer: Explorer, statement: Any, space: dict[str, Any]) -> bool:
    """Whether a decorator may keep what it decorates where nothing leads to: in a library."""
    for decorator in statement.decorator_list:
        value = resolved(decorator, space)
        of_project = isinstance(value, FunctionType) and explorer.origins.of_function(value) == "project"
        if not of_project or _leads_to(explorer, value, lambda node: bool(node.packages)):
            return True
    return not statement.decorator_list


def _runs(explorer: Explorer, function: FunctionType) -> bool:
    """Whether a function leads to a task or a pipeline: then it is what starts a run."""
    return _leads_to(explorer, function, lambda node: node.runs)


def _leads_to(explorer: Explorer, function: FunctionType, asked: Callable[[Node], bool]) -> bool:
    """Whether something that a function reaches is what is asked for."""
    return any(map(asked, reached_from(explorer, explorer.function_node(function))))


def reached_from(explorer: Explorer, node: Node) -> Iterator[Node]:
    """A node and all that it leads to, explored one after another."""
    waiting, seen = [node], {id(node)}
    while waiting:
        node = waiting.pop()
        node.explore(explorer)
        yield node
        for edge in node.edges:
            if id(edge.node) not in seen:
                seen.add(id(edge.node))
                waiting.append(edge.node)


def _registrations(explorer: Explorer, source: Source, space: dict[str, Any]) -> Iterator[ast.stmt]:
    """Decorated definitions that a foreign decorator has left as they are: what it did is elsewhere."""
    roots = {found[1] for found in _DECORATOR.finditer(source.text)}
    if not any(_registers(explorer, space.get(root)) for root in roots):
        return
    for statement in source.tree.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        decorators = [root_of(each) for each in statement.decorator_list]
        noted = any(_registers(explorer, space.get(name)) for name in decorators if name)
        if noted and _is_as_written(explorer, space.get(statement.name), space):
            yield statement


def _is_as_written(explorer: Explorer, value: Any, space: dict[str, Any]) -> bool:
    """Whether a function or class is what its definition made, not what a decorator made of it."""
    if isinstance(value, FunctionType):
        return value.__globals__ is space and explorer.origins.of_function(value) == "project"
    return isinstance(value, type) and value.__module__ == space.get("__name__")


def _registers(explorer: Explorer, decorator: Any) -> bool:
    if decorator is None or not _is_foreign(explorer, decorator):
        return False
    of_module = isinstance(decorator, ModuleType)
    module = loaded_name(vars(decorator)) if of_module else str(getattr(decorator, "__module__", ""))
    top = module.partition(".")[0]
    return explorer.origins.of_module(module) == "installed" and top not in _HARMLESS_DECORATORS


def _unused_imports(source: Source) -> Iterator[str]:
    """Modules imported for what that does: no code of this module uses a name that they bind."""
    assert source.code is not None
    code = source.code
    used = set(_inner_names(code))
    used |= {code.co_names[ins.arg] for ins in source.instructions if ins.name == "LOAD_NAME"}
    for index, ins in enumerate(source.instructions):
        if ins.name == "IMPORT_NAME":
            bound = [name for name, _ in bindings(source.instructions, index, code)]
            if used.isdisjoint(bound):
                yield module_name(source.instructions, index, code)


def _inner_names(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from constant.co_names
            yield from _inner_names(constant)
